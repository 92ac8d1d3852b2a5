import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { InvocationError, type InvocationFailure } from './invocation-error.ts';

/** A reply: its body to be read once, and then its trailers. */
export interface ContainerReply extends AsyncIterable<Buffer> {
  readonly headers: IncomingHttpHeaders;
  readonly trailers: NodeJS.Dict<string>;
}

/** Undoes the gzip that a container may choose, since requests offer it, as the service's do. */
export function decoded(incoming: IncomingMessage): ContainerReply {
  if (incoming.headers['content-encoding'] !== 'gzip') return incoming;
  // The callback is for errors, and those reach whoever reads.
  const plain: AsyncIterable<Buffer> = pipeline(incoming, createGunzip(), () => undefined);
  return {
    headers: incoming.headers,
    get trailers() {
      return incoming.trailers;
    },
    [Symbol.asyncIterator]: () => plain[Symbol.asyncIterator](),
  };
}

/** What batchline's own server says about a reply, in headers or, where it streams, in trailers. */
export interface ReplyCounts {
  readonly records: number;
  readonly errors: number;
}

/** To be asked once the body has been read, because trailers come last. Undefined for other people's containers. */
export function countsOf(reply: ContainerReply): ReplyCounts | undefined {
  const records = count(reply, 'x-batchline-records');
  if (records === undefined) return undefined;
  return { records, errors: count(reply, 'x-batchline-errors') ?? 0 };
}

const longestRefusal = 64 * 1024;
const longestMessage = 1024;

/**
 * The error for a reply that is no success, with what its body says: 5xx may pass; 4xx is about what was sent.
 * @param name of the container
 */
export async function refusal(incoming: IncomingMessage, name: string): Promise<InvocationError> {
  const status = incoming.statusCode ?? 0;
  const body = (await beginning(decoded(incoming))).toString('utf8');
  const text = explanation(body);
  const failure = failureOf(status);
  const title = failure === '4xx' ? `ClientError: ${status}` : `Bad HTTP status received from algorithm: ${status}`;
  return new InvocationError(`${name} answered ${status}${text ? `: ${text}` : ' without a message'}`, {
    failure,
    dataLog: [title, '', 'Message:', ...body.trimEnd().split(/\r?\n/)],
  });
}

function failureOf(status: number): InvocationFailure {
  if (status >= 500) return '5xx';
  return status >= 400 ? '4xx' : 'other-status';
}

async function beginning(reply: ContainerReply): Promise<Buffer> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const piece of reply) {
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

function count(reply: ContainerReply, name: string): number | undefined {
  const text = reply.headers[name] ?? reply.trailers[name];
  return typeof text === 'string' && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}
