import { BatchlineError, messageOf } from '../errors.ts';

/** The error types of the services that are played here; clients decide by them what to do. */
export type ApiErrorType =
  | 'ValidationException'
  | 'ResourceInUse'
  | 'ResourceLimitExceeded'
  | 'ResourceNotFoundException'
  | 'InvalidParameterException'
  | 'SerializationException'
  | 'UnknownOperationException'
  | 'AccessDeniedException'
  | 'RequestEntityTooLarge'
  | 'InternalFailure';

const statuses: Partial<Record<ApiErrorType, number>> = {
  AccessDeniedException: 403,
  RequestEntityTooLarge: 413,
  InternalFailure: 500,
};

/** An error as a client sees it: a type, an HTTP status, a message. */
export class ApiError extends BatchlineError {
  override readonly name = 'ApiError';
  readonly type: ApiErrorType;
  readonly httpStatus: number;

  constructor(type: ApiErrorType, message: string, options: { cause?: unknown } = {}) {
    super(type === 'InternalFailure' ? 'INTERNAL' : 'INVALID_REQUEST', message, options);
    this.type = type;
    this.httpStatus = statuses[type] ?? 400;
  }
}

export function validationException(message: string): ApiError {
  return new ApiError('ValidationException', message);
}

/** What was thrown, as an answer. An error of the client's is never answered with 500: clients would try again. */
export function asApiError(thrown: unknown): ApiError {
  if (thrown instanceof ApiError) return thrown;
  const ours = thrown instanceof BatchlineError && thrown.status === 500 && thrown.code !== 'INTERNAL';
  if (ours) return new ApiError('ValidationException', thrown.message, { cause: thrown });
  return new ApiError('InternalFailure', `batchline local failed: ${messageOf(thrown)}`, { cause: thrown });
}
