import type { Request, RequestHandler, Response } from 'express';
import { ApiError, asApiError } from './api-error.ts';
import type { Operations } from './operations/operation.ts';

/** By the prefix of X-Amz-Target. */
export type Services = Readonly<Record<string, Operations>>;

/**
 * AWS's JSON 1.1 protocol: the header X-Amz-Target names the operation, the body (a Buffer, read before) is its input.
 * @param onDefect told of what should not have happened
 */
export function jsonProtocol(services: Services, onDefect: (error: ApiError) => void): RequestHandler {
  return async (request, response) => {
    try {
      const answer = await operationOf(services, request)(parseBody(request.body));
      const body = answer === undefined ? '' : JSON.stringify(answer);
      response.status(200).set('Content-Type', 'application/x-amz-json-1.1').end(body);
    } catch (thrown) {
      const error = asApiError(thrown);
      if (error.httpStatus === 500) onDefect(error);
      sendApiError(response, error);
    }
  };
}

export function sendApiError(response: Response, { type, message, httpStatus }: ApiError): void {
  response
    .status(httpStatus)
    .set({ 'Content-Type': 'application/x-amz-json-1.1', 'x-amzn-errortype': type })
    .end(JSON.stringify({ __type: type, message }));
}

function operationOf(services: Services, request: Request) {
  const target = request.get('X-Amz-Target') ?? '';
  const [service = '', name = ''] = target.split('.', 2);
  const operations = Object.hasOwn(services, service) ? services[service] : undefined;
  const operation = operations && Object.hasOwn(operations, name) ? operations[name] : undefined;
  if (operation) return operation;
  const known = Object.entries(operations ?? {}).map(([operationName]) => operationName);
  const expected = known.length > 0 ? `it has ${known.join(', ')}` : `it plays ${Object.keys(services).join(', ')}`;
  const asked = target === '' ? 'a request without X-Amz-Target' : `"${target}"`;
  throw new ApiError('UnknownOperationException', `batchline local does not have ${asked}; ${expected}`);
}

function parseBody(body: unknown): unknown {
  const text = Buffer.isBuffer(body) ? body.toString() : '';
  try {
    return text === '' ? {} : JSON.parse(text);
  } catch (cause) {
    throw new ApiError('SerializationException', `the body is not JSON: ${(cause as Error).message}`, { cause });
  }
}
