/** What can be wrong with one record. The record becomes an error line with this code; its neighbours are scored. */
export const recordErrorCodes = [
  'EMPTY_RECORD', // a blank line, an empty array element
  'INVALID_JSON',
  'INVALID_UTF8',
  'INVALID_CSV',
  'WRONG_LENGTH', // a row or array with another number of values than the model has columns
  'MISSING_FIELD', // a field the model reads is absent or null
  'WRONG_TYPE', // a field is there but has another type than the model reads
  'RECORD_TOO_LARGE',
  'MODEL_ERROR', // the model threw or rejected on this record alone
  'INVALID_PREDICTION', // the model answered something that cannot be written as a line
  'TIMEOUT', // scoring took longer than BATCHLINE_RECORD_TIMEOUT_MS
  'WORKER_DIED', // scoring this record alone ended the worker
] as const;
export type RecordErrorCode = (typeof recordErrorCodes)[number];

/** What can be wrong with a whole request; the status is in `requestErrorStatus`. */
export const requestErrorStatus = {
  INVALID_DOCUMENT: 400, // a JSON array or {"instances":[…]} that is cut off or not one
  INVALID_BODY: 400, // a body that is not what its headers say: Content-Length, gzip, multipart
  TOO_MANY_ERRORS: 400,
  NOT_FOUND: 404,
  METHOD_NOT_ALLOWED: 405,
  NOT_ACCEPTABLE: 406,
  REQUEST_TIMEOUT: 408,
  PAYLOAD_TOO_LARGE: 413,
  UNSUPPORTED_MEDIA_TYPE: 415,
  CLIENT_CLOSED_REQUEST: 499,
  INTERNAL: 500,
  NOT_READY: 503,
} as const;
export type RequestErrorCode = keyof typeof requestErrorStatus;

/** What can stop a command before or while it runs. */
export type SetupErrorCode = 'INVALID_SETTING' | 'INVALID_MODEL' | 'INVALID_INPUT' | 'JOB_FAILED';

export type ErrorCode = RecordErrorCode | RequestErrorCode | SetupErrorCode;

/**
 * The base of every error that batchline raises on purpose: `message` is for the user and says what failed, where,
 * what was expected and what was received; `status` is the HTTP status it becomes; `retryable` whether the same call
 * may succeed later.
 */
export class BatchlineError extends Error {
  override readonly name: string = 'BatchlineError';
  readonly code: ErrorCode;
  readonly status: number;
  readonly retryable: boolean;

  constructor(code: ErrorCode, message: string, options: { cause?: unknown; retryable?: boolean } = {}) {
    super(message, 'cause' in options ? { cause: options.cause } : undefined);
    this.code = code;
    this.status = code in requestErrorStatus ? requestErrorStatus[code as RequestErrorCode] : 500;
    this.retryable = options.retryable ?? code === 'NOT_READY';
  }
}

/** One record that cannot be scored; never leaves the scoring path, where it becomes an error line. */
export class RecordError extends BatchlineError {
  override readonly name = 'RecordError';
  declare readonly code: RecordErrorCode;

  constructor(code: RecordErrorCode, message: string, options: { cause?: unknown } = {}) {
    super(code, message, options);
  }
}

/** An error whose cause lies in the HTTP request. */
export class RequestError extends BatchlineError {
  override readonly name = 'RequestError';
  declare readonly code: RequestErrorCode;

  constructor(code: RequestErrorCode, message: string, options: { cause?: unknown; retryable?: boolean } = {}) {
    super(code, message, options);
  }
}

/** The text of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
