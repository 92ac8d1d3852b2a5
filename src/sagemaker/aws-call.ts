import { told } from '../calls.ts';
import { BatchlineError } from '../errors.ts';
import { awsFailure } from '../storage/aws-failure.ts';
import { orAborted } from './or-aborted.ts';

/** What is being asked of AWS. */
export interface AwsCall {
  /** The API's name: CreateModel. */
  readonly operation: string;
  /** As IAM names the permission: sagemaker:CreateModel. */
  readonly action: string;
  /** What it is about: a name, an ARN. */
  readonly about: string;
}

/**
 * Makes a call. The clients try again by themselves what may pass (throttling, 5xx, broken connections).
 * @throws BatchlineError JOB_FAILED with what was asked, AWS's code and words, and a remedy; the signal's reason.
 *   `awsCode` gives its code
 */
export async function callAws<T>(call: AwsCall, send: () => Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  try {
    return await told(
      call.action,
      () => orAborted(send(), signal),
      (error) => awsFailure(error).code,
    );
  } catch (error) {
    signal.throwIfAborted();
    throw awsError(call, error);
  }
}

/** The code of what `callAws` threw: ValidationException. */
export function awsCode(error: unknown): string | undefined {
  return error instanceof BatchlineError && error.cause !== undefined ? awsFailure(error.cause).code : undefined;
}

function awsError(call: AwsCall, error: unknown): BatchlineError {
  if (error instanceof BatchlineError) return error;
  const { code, said, isTransient } = awsFailure(error);
  const remedy = remedyOf(code, call);
  const message = `${call.about}: ${call.operation} failed: ${said === '' ? code : `${code}, ${said}`}`;
  return new BatchlineError(
    setupCodes.test(code) ? 'INVALID_SETTING' : 'JOB_FAILED',
    remedy === undefined ? message : `${message} (${remedy})`,
    {
      cause: error,
      retryable: isTransient,
    },
  );
}

/** A wrong set-up rather than a fault of the moment. */
const setupCodes =
  /^(CredentialsProviderError|MissingRegion|UnrecognizedClient|InvalidClientTokenId|SignatureDoesNotMatch|InvalidAccessKeyId)/;

/** The first that matches. */
const remedies: readonly [codes: RegExp, remedy: (call: AwsCall) => string][] = [
  [
    /^CredentialsProviderError$/,
    () => 'set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE or --profile; `aws sso login` for SSO',
  ],
  [/^MissingRegion$/, () => 'set AWS_REGION or --region, for example to us-east-1'],
  [/^(RequestExpired|RequestTimeTooSkewed)/, () => 'set the clock of this machine: it is minutes off'],
  [
    /Expired|^TokenRefreshRequired$/,
    () =>
      'the credentials have expired: get new ones and run the same command again; what is done already is not done twice',
  ],
  [
    /^(UnrecognizedClient|InvalidClientTokenId|InvalidSignature|SignatureDoesNotMatch|InvalidAccessKeyId|IncompleteSignature)/,
    () => 'check the credentials: the access key, its secret, its session token, and the clock of this machine',
  ],
  [
    /^(AccessDenied|NotAuthorized|Unauthorized|HTTP 403)/,
    ({ action }) => `allow ${action} to these credentials; \`batchline launch iam\` prints a policy`,
  ],
  [
    /^ResourceLimitExceeded/,
    () => 'raise the quota in Service Quotas, under Amazon SageMaker, or take another instance type or a smaller count',
  ],
  [/Throttl|^TooManyRequests|^HTTP 429/, () => 'AWS asks for fewer calls: run the same command again in a minute'],
  [
    /^(ENOTFOUND|ECONNREFUSED|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH)$/,
    () => 'check the region, AWS_ENDPOINT_URL and the network',
  ],
  [/^(CERT_|UNABLE_TO_|SELF_SIGNED|DEPTH_ZERO)/, () => 'trust its certificate with NODE_EXTRA_CA_CERTS'],
];

function remedyOf(code: string, call: AwsCall): string | undefined {
  return remedies.find(([codes]) => codes.test(code))?.[1](call);
}
