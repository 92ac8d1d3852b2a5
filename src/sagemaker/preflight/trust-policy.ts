const service = 'sagemaker.amazonaws.com';

/**
 * Whether a role's trust policy lets SageMaker assume it; undefined where the policy cannot be read. Conditions are taken
 * to be met.
 * @param document as IAM answers it: JSON, percent-encoded
 */
export function admitsSageMaker(document: string | undefined): boolean | undefined {
  const policy = parsed(document);
  if (policy === undefined) return undefined;
  const statements = listed(policy.Statement).filter((statement) => names('sts:AssumeRole', statement.Action));
  return statements.some(({ Effect, Principal }) => Effect === 'Allow' && isService(Principal));
}

interface Statement {
  readonly Effect?: string;
  readonly Action?: string | readonly string[];
  readonly Principal?:
    | string
    | { readonly Service?: string | readonly string[]; readonly AWS?: string | readonly string[] };
}

function parsed(document: string | undefined): { readonly Statement?: Statement | readonly Statement[] } | undefined {
  try {
    return JSON.parse(decodeURIComponent(document ?? ''));
  } catch {
    return undefined;
  }
}

function listed<T>(value: T | readonly T[] | undefined): readonly T[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? (value as readonly T[]) : [value as T];
}

function names(action: string, patterns: Statement['Action']): boolean {
  return listed(patterns).some((pattern) => {
    const expression = pattern
      .replace(/[.+^${}()|[\]\\]/g, '\\$&')
      .replaceAll('*', '.*')
      .replaceAll('?', '.');
    return new RegExp(`^${expression}$`, 'i').test(action);
  });
}

function isService(principal: Statement['Principal']): boolean {
  if (typeof principal === 'string') return principal === '*';
  return listed(principal?.Service).includes(service) || listed(principal?.AWS).includes('*');
}
