import { messageOf } from '../errors.ts';

/** The members that the SDK's errors have, and Node's. */
interface Failure {
  readonly name?: string;
  /** A number of DOMExceptions. */
  readonly code?: string | number;
  readonly Code?: string;
  readonly message?: string;
  readonly $metadata?: { readonly httpStatusCode?: number };
  readonly errors?: readonly Error[];
}

const transientCodes =
  /^(SlowDown|Throttl|RequestTimeout|RequestTimeTooSkewed|InternalError|ServiceUnavailable|OperationAborted|TimeoutError)/;
const networkCodes = /^(ECONNRESET|ECONNREFUSED|ECONNABORTED|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|EAI_AGAIN|HPE_)/;

/** What an SDK's call failed with. */
export interface AwsFailure {
  /** The service's, the SDK's or Node's: NoSuchKey, ECONNRESET, HTTP 503. */
  readonly code: string;
  /** What the service said, if it is more than the code: one line, without access keys. */
  readonly said: string;
  /** Whether the same call may succeed later. */
  readonly isTransient: boolean;
}

export function awsFailure(error: unknown): AwsFailure {
  const failure = causeOf(error);
  const code = codeOf(failure);
  const said = safe(messageOf(failure));
  return { code, said: [code, 'UnknownError'].includes(said) ? '' : said, isTransient: isTransient(failure, code) };
}

/** Of several addresses that were tried, the last one's. */
function causeOf(error: unknown): Failure {
  const failure = error as Failure;
  return failure.errors?.at(-1) ?? failure;
}

function codeOf(failure: Failure): string {
  const { name = 'Error', code, Code, message = '', $metadata } = failure;
  if (message === 'Region is missing') return 'MissingRegion';
  if (/^Credential is missing|Could not load credentials/.test(message)) return 'CredentialsProviderError';
  const given = Code ?? (typeof code === 'string' ? code : name);
  const status = $metadata?.httpStatusCode;
  // Answers without a body, as of HEAD, have no code of their own.
  const unnamed = ['Error', 'Unknown', 'UnknownError', 'NotFound', 'Forbidden', 'BadRequest', '403', '404', '400'];
  return unnamed.includes(given) && status !== undefined ? `HTTP ${status}` : given;
}

function isTransient({ $metadata }: Failure, code: string): boolean {
  const status = $metadata?.httpStatusCode ?? 0;
  return status >= 500 || status === 429 || transientCodes.test(code) || networkCodes.test(code);
}

/** Signature errors quote what was signed, with the access key; one line is enough for anybody. */
function safe(message: string): string {
  return (
    message
      .split('\n', 1)[0]
      ?.replaceAll(/\b(AKIA|ASIA)[A-Z0-9]{12,}\b/g, '$1…')
      .slice(0, 300) ?? ''
  );
}
