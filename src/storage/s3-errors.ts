import { BatchlineError } from '../errors.ts';
import { awsFailure } from './aws-failure.ts';

/** What was being done when it failed. */
export interface S3Call {
  /** The API's name: GetObject. */
  readonly operation: string;
  /** Of the object, prefix or bucket. */
  readonly uri: string;
}

/** What the user can do; the first that matches the code, which is S3's, the SDK's, Node's or `HTTP <status>`. */
const remedies: readonly [codes: RegExp, remedy: string][] = [
  [/^CredentialsProviderError$/, 'set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE'],
  [/^MissingRegion$/, 'set AWS_REGION, for example to us-east-1'],
  [
    /^(InvalidAccessKeyId|SignatureDoesNotMatch)$/,
    'check the credentials: the access key, its secret, and which server they are for',
  ],
  [
    /^(ExpiredToken|TokenRefreshRequired|ExpiredTokenException|InvalidToken)$/,
    'the credentials have expired: get new ones',
  ],
  [
    /^(AccessDenied|AllAccessDisabled|HTTP 401|HTTP 403)/,
    'allow s3:ListBucket on the bucket, s3:GetObject for inputs, and s3:PutObject, s3:DeleteObject and s3:AbortMultipartUpload for outputs, to these credentials',
  ],
  [/^NoSuchBucket$/, 'create the bucket, or correct its name; a server other than AWS needs AWS_ENDPOINT_URL_S3'],
  [/^(NoSuchKey|HTTP 404)$/, 'the object is gone: it was removed after it was listed'],
  [
    /^(PreconditionFailed|HTTP 412)$/,
    'the object was replaced after it was listed: run the job again when its input has come to rest',
  ],
  [/^(PermanentRedirect|HTTP 301)$/, 'the bucket is in another region: set AWS_REGION to it'],
  [/^(SlowDown|Throttl|HTTP 429)/, 'S3 asks for fewer requests: try again later'],
  [
    /^(ENOTFOUND|ECONNREFUSED|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH)$/,
    'check AWS_ENDPOINT_URL_S3, AWS_REGION and the network',
  ],
  [/^(CERT_|UNABLE_TO_|SELF_SIGNED|DEPTH_ZERO)/, 'trust its certificate with NODE_EXTRA_CA_CERTS'],
];

/** A wrong set-up rather than a fault of the moment. */
const setupCodes = /^(CredentialsProviderError|MissingRegion|NoSuchBucket|InvalidBucketName|ENOTFOUND)$/;

/** The error of a call to S3: URI, operation, code, what S3 said, remedy; nothing of credentials. */
export function s3Error(error: unknown, { operation, uri }: S3Call): BatchlineError {
  if (error instanceof BatchlineError) return error;
  const { code, said, isTransient } = awsFailure(error);
  const remedy = remedies.find(([codes]) => codes.test(code))?.[1];
  const about = said === '' ? code : `${code}, ${said}`;
  return new BatchlineError(
    setupCodes.test(code) ? 'INVALID_INPUT' : 'JOB_FAILED',
    `${uri}: ${operation} failed: ${about}${remedy ? ` (${remedy})` : ''}`,
    { cause: error, retryable: isTransient },
  );
}

/** S3's, the SDK's or Node's code of an error. */
export function s3Code(error: unknown): string {
  return awsFailure(error).code;
}
