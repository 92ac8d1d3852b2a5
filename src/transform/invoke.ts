import { once } from 'node:events';
import { Agent, type ClientRequest, type IncomingMessage, type OutgoingHttpHeaders, request } from 'node:http';
import { BatchlineError, messageOf } from '../errors.ts';
import { refusal } from './reply.ts';

/** The bytes of a request: held, with a known length, or read anew for each attempt and sent chunked. */
export type RequestBody = { readonly body: readonly Buffer[]; readonly bytes: number } | (() => AsyncIterable<Buffer>);

export interface Invocation {
  readonly body: RequestBody;
  /** Names the object in X-Amzn-Sagemaker-Input-Object. */
  readonly key: string;
  readonly contentType: string;
}

export interface InvokerOptions {
  readonly url: URL;
  readonly accept: string | undefined;
  readonly connections: number;
  /** For one attempt: connecting, sending, scoring and reading the reply (InvocationsTimeoutInSeconds). */
  readonly timeoutMs: number;
}

/** POSTs to /invocations over kept-alive connections. */
export class Invoker {
  readonly #options: InvokerOptions;
  readonly #agent: Agent;

  constructor(options: InvokerOptions) {
    this.#options = options;
    this.#agent = new Agent({ keepAlive: true, maxSockets: options.connections, maxFreeSockets: options.connections });
  }

  /**
   * One attempt. `read` consumes the body of a 2xx reply; what it returns is returned.
   * @throws BatchlineError JOB_FAILED, `retryable` for a broken connection, a timeout and 5xx; the signal's reason
   */
  async invoke<T>(invocation: Invocation, read: Reader<T>, signal: AbortSignal): Promise<T> {
    signal.throwIfAborted();
    const options = { method: 'POST', headers: headers(invocation, this.#options.accept) };
    const first = request(this.#options.url, { ...options, agent: this.#agent });
    try {
      return await this.#exchange(first, invocation.body, read, signal);
    } catch (error) {
      if (!(error instanceof StaleConnectionError)) throw error;
      // The server had closed an idle connection before it saw the request, which says nothing about the request and so
      // is no retry. A connection of its own cannot be stale.
      const second = request(this.#options.url, { ...options, agent: false });
      return await this.#exchange(second, invocation.body, read, signal);
    }
  }

  close(): void {
    this.#agent.destroy();
  }

  async #exchange<T>(outgoing: ClientRequest, body: RequestBody, read: Reader<T>, signal: AbortSignal): Promise<T> {
    const { timeoutMs } = this.#options;
    const ending = new AbortController();
    const end = (reason: unknown): void => {
      ending.abort(reason);
      outgoing.destroy();
    };
    const onAbort = (): void => end(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
    const timer = setTimeout(() => end(noReply(`none within ${timeoutMs / 1000} s`)), timeoutMs);
    try {
      const replied = reply(outgoing);
      const sending = send(outgoing, body, ending.signal).catch((error) => {
        if (!outgoing.destroyed) end(error); // the object could not be read; a broken connection is seen in `replied`
      });
      const result = await receive(await replied, read);
      if (!outgoing.writableEnded) throw noReply('the reply ended before the whole object was sent');
      await sending;
      return result;
    } catch (error) {
      const reason = ending.signal.aborted ? ending.signal.reason : error;
      end(reason);
      throw reason instanceof BatchlineError || signal.aborted ? reason : noReply(messageOf(reason), reason);
    } finally {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
    }
  }
}

type Reader<T> = (reply: IncomingMessage) => Promise<T>;

class StaleConnectionError extends BatchlineError {
  override readonly name = 'StaleConnectionError';
}

function reply(outgoing: ClientRequest): Promise<IncomingMessage> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  outgoing.once('response', resolve);
  outgoing.on('error', (error: NodeJS.ErrnoException) => {
    const closed = error.code === 'ECONNRESET' || error.code === 'EPIPE';
    reject(outgoing.reusedSocket && closed ? new StaleConnectionError('JOB_FAILED', error.message) : error);
  });
  return promise;
}

async function receive<T>(incoming: IncomingMessage, read: Reader<T>): Promise<T> {
  const status = incoming.statusCode ?? 0;
  if (status < 200 || status > 299) throw await refusal(incoming);
  return await read(incoming);
}

async function send(outgoing: ClientRequest, body: RequestBody, signal: AbortSignal): Promise<void> {
  if (typeof body !== 'function') {
    for (const piece of body.body) outgoing.write(piece); // in memory already: nothing is gained by waiting
  } else {
    for await (const chunk of body()) {
      if (signal.aborted) return;
      if (!outgoing.write(chunk)) await once(outgoing, 'drain', { signal });
    }
  }
  outgoing.end();
}

function headers({ body, key, contentType }: Invocation, accept: string | undefined): OutgoingHttpHeaders {
  return {
    'Content-Type': contentType,
    ...(accept === undefined ? {} : { Accept: accept }),
    ...(typeof body === 'function' ? { 'Transfer-Encoding': 'chunked' } : { 'Content-Length': body.bytes }),
    'User-Agent': 'batchline',
    'X-Amzn-Sagemaker-Input-Object': headerSafe(key),
    'X-Amzn-Sagemaker-Input-Object-Base64': Buffer.from(key).toString('base64'),
  };
}

/** Printable ASCII as it is, anything else percent-encoded: a file name may hold what a header may not. */
function headerSafe(text: string): string {
  return /^[\x20-\x7e]*$/.test(text) ? text : encodeURI(text.toWellFormed());
}

function noReply(why: string, cause?: unknown): BatchlineError {
  return new BatchlineError('JOB_FAILED', `no reply from the container: ${why}`, { cause, retryable: true });
}
