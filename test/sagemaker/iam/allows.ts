import type { Policy, Statement } from '../../../src/sagemaker/iam/policy.ts';

export interface Attempt {
  readonly action: string;
  readonly resource: string;
  /** Condition keys of the request, `s3:prefix`. */
  readonly context?: Readonly<Record<string, string | readonly string[]>>;
}

/** Whether a policy allows something, as IAM evaluates it; of conditions the few that are used here. */
export function allows(policy: Policy, attempt: Attempt): boolean {
  const matching = policy.Statement.filter((statement) => matches(statement, attempt));
  return matching.some(({ Effect }) => Effect === 'Allow') && !matching.some(({ Effect }) => Effect === 'Deny');
}

function matches({ Action, Resource = '*', Condition = {} }: Statement, { action, resource, context = {} }: Attempt) {
  return (
    [Action].flat().some((pattern) => like(pattern, action)) &&
    [Resource].flat().some((pattern) => like(pattern, resource)) &&
    Object.entries(Condition).every(([operator, keys]) =>
      Object.entries(keys).every(([key, wanted]) => {
        const patterns = [wanted].flat() as string[];
        const is = operator.endsWith('StringLike') ? like : (pattern: string, value: string) => pattern === value;
        const values = [context[key] ?? []].flat() as string[];
        return values.some((value) => patterns.some((pattern) => is(pattern, value)));
      }),
    )
  );
}

/** `*`, `?`, and the variables that stand for these characters themselves. */
function like(pattern: string, text: string): boolean {
  const expression = pattern.replace(/\$\{([*?$])\}|[*?]|[.+^${}()|[\]\\]/g, (found, character: string | undefined) => {
    if (character !== undefined) return `\\${character}`;
    if (found === '*') return '.*';
    return found === '?' ? '.' : `\\${found}`;
  });
  return new RegExp(`^${expression}$`, 's').test(text);
}
