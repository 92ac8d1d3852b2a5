import type { IncomingMessage, ServerResponse } from 'node:http';
import { BatchlineError, messageOf, RequestError } from '../errors.ts';

/** How long what is left of a refused body is read and thrown away, so that the client can read the answer. */
const lingerMs = 1000;

/** Anything that was thrown while a request was handled, as an error that has a status. */
export function asRequestError(error: unknown): BatchlineError {
  if (error instanceof BatchlineError) return error;
  const code = (error as NodeJS.ErrnoException | null)?.code ?? '';
  if (code === 'ECONNRESET' || code === 'ERR_STREAM_PREMATURE_CLOSE' || code === 'ABORT_ERR') {
    return new RequestError('CLIENT_CLOSED_REQUEST', 'the client closed the connection', { cause: error });
  }
  return new RequestError('INTERNAL', `unexpected: ${messageOf(error)}`, { cause: error });
}

/** Answers with `{"error":{"code","message",…}}`; where the reply has begun, cuts the connection: a failure must show. */
export function sendError(
  request: IncomingMessage,
  response: ServerResponse,
  error: BatchlineError,
  details: object = {},
): void {
  if (response.headersSent || response.destroyed) {
    response.destroy();
    return;
  }
  const body = Buffer.from(`${JSON.stringify({ error: { code: error.code, message: error.message, ...details } })}\n`);
  const unread = !request.complete;
  response.statusCode = error.status;
  response.setHeader('Content-Type', 'application/json');
  response.setHeader('Content-Length', body.length);
  if (error.status === 503) response.setHeader('Retry-After', '1');
  if (unread) response.setHeader('Connection', 'close');
  response.write(body);
  if (unread) linger(request, response);
  else response.end();
}

/** Ending at once would reset the connection under a client that still writes, and destroy the answer on its way. */
function linger(request: IncomingMessage, response: ServerResponse): void {
  const end = () => {
    clearTimeout(timer);
    response.end();
  };
  const timer = setTimeout(end, lingerMs);
  request.once('end', end).once('close', end).once('error', end);
  request.resume();
}
