import type { IncomingMessage } from 'node:http';
import { BatchlineError } from '../errors.ts';

/** What batchline's own server says about a reply, in headers or, where it streams, in trailers. */
export interface ReplyCounts {
  readonly records: number;
  readonly errors: number;
}

/** To be asked once the body has been read, because trailers come last. Undefined for other people's containers. */
export function countsOf(reply: IncomingMessage): ReplyCounts | undefined {
  const records = count(reply, 'x-batchline-records');
  if (records === undefined) return undefined;
  return { records, errors: count(reply, 'x-batchline-errors') ?? 0 };
}

const longestRefusal = 64 * 1024;
const longestMessage = 1024;

/** The error for a reply that is not 2xx, with what its body says. 5xx may pass; 4xx is about what was sent. */
export async function refusal(reply: IncomingMessage): Promise<BatchlineError> {
  const status = reply.statusCode ?? 0;
  const text = explanation((await beginning(reply)).toString('utf8'));
  const message = `the container answered ${status}${text ? `: ${text}` : ' without a message'}`;
  return new BatchlineError('JOB_FAILED', message, { retryable: status >= 500 });
}

async function beginning(reply: IncomingMessage): Promise<Buffer> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const piece of reply as AsyncIterable<Buffer>) {
      pieces.push(piece);
      bytes += piece.length;
      if (bytes > longestRefusal) break; // which closes the connection
    }
  } catch {
    // The status is known: a body that breaks off does not make a 400 worth another try.
  }
  return Buffer.concat(pieces);
}

function explanation(body: string): string {
  const text = ownError(body) ?? body.trim();
  return text.length > longestMessage ? `${text.slice(0, longestMessage)}…` : text;
}

/** `CODE: message` from `{"error":{"code":…,"message":…}}`, the body of batchline's own errors. */
function ownError(body: string): string | undefined {
  try {
    const { error } = JSON.parse(body) as { error?: { code?: unknown; message?: unknown } };
    return typeof error?.message === 'string' ? `${String(error.code)}: ${error.message}` : undefined;
  } catch {
    return undefined;
  }
}

function count(reply: IncomingMessage, name: string): number | undefined {
  const text = reply.headers[name] ?? reply.trailers[name];
  return typeof text === 'string' && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}
