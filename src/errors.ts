/** What can be wrong with one record. The record becomes an error line with this code; its neighbours are scored. */
export const recordErrors = {
  EMPTY_RECORD: 'A blank line. It keeps its place, so that line n of the output answers line n of the input.',
  INVALID_JSON: 'Not JSON; the message names the character, what was expected and what was there.',
  INVALID_UTF8: 'Bytes that are not UTF-8; they are never replaced silently.',
  INVALID_CSV: 'A CSV row with a stray or unclosed quote.',
  WRONG_LENGTH: 'A row or array with another number of values than the model has columns.',
  MISSING_FIELD: 'A field that the model reads is absent or null.',
  WRONG_TYPE: 'A field that the model reads has another type, or a number is not finite.',
  RECORD_TOO_LARGE: 'Longer than BATCHLINE_MAX_RECORD_MB.',
  MODEL_ERROR: 'The model failed on this record alone.',
  INVALID_PREDICTION: 'The model answered what cannot be written as a line: too few predictions, NaN, no JSON.',
  TIMEOUT: 'Scoring this record alone took longer than BATCHLINE_RECORD_TIMEOUT_MS.',
  WORKER_DIED: 'Scoring this record alone ended the worker thread.',
} as const;
export type RecordErrorCode = keyof typeof recordErrors;

/** What can be wrong with a whole request, and the HTTP status it is answered with. */
export const requestErrors = {
  INVALID_DOCUMENT: {
    status: 400,
    about: 'A JSON array or `{"instances":[…]}` that is cut off or malformed between its elements.',
  },
  INVALID_BODY: { status: 400, about: 'A body that is not what its headers say: gzip, multipart.' },
  TOO_MANY_ERRORS: {
    status: 400,
    about: 'More records failed than BATCHLINE_MAX_ERROR_RATE allows, or any at all with BATCHLINE_ON_ERROR=fail.',
  },
  NOT_FOUND: { status: 404, about: 'No such path.' },
  METHOD_NOT_ALLOWED: { status: 405, about: 'The path exists for another method, which the Allow header names.' },
  NOT_ACCEPTABLE: { status: 406, about: 'None of the types in Accept can be produced.' },
  REQUEST_TIMEOUT: { status: 408, about: 'No byte of the body came for BATCHLINE_IDLE_TIMEOUT_MS.' },
  PAYLOAD_TOO_LARGE: { status: 413, about: 'A body over SAGEMAKER_MAX_PAYLOAD_IN_MB, after decompression.' },
  UNSUPPORTED_MEDIA_TYPE: { status: 415, about: 'A Content-Type, charset or Content-Encoding that cannot be read.' },
  CLIENT_CLOSED_REQUEST: { status: 499, about: 'The client went away; only logged and counted.' },
  INTERNAL: { status: 500, about: 'A defect of batchline, or a worker that cannot be started again.' },
  NOT_READY: { status: 503, about: 'The model is loading, or the server is stopping.' },
} as const;
export type RequestErrorCode = keyof typeof requestErrors;

/** What can stop a command before or while it runs. */
export type SetupErrorCode = 'INVALID_SETTING' | 'INVALID_MODEL' | 'INVALID_INPUT' | 'INVALID_REQUEST' | 'JOB_FAILED';

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
    this.status = code in requestErrors ? requestErrors[code as RequestErrorCode].status : 500;
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
