import { once } from 'node:events';
import { Agent, type ClientRequest, type IncomingMessage, type OutgoingHttpHeaders, request } from 'node:http';
import { BatchlineError, messageOf } from '../../errors.ts';
import { InvocationError } from './invocation-error.ts';
import { type ContainerReply, decoded, refusal } from './reply.ts';

/** The bytes of a request: held, with a known length, or read anew for each attempt and sent chunked. */
export type RequestBody = { readonly body: readonly Buffer[]; readonly bytes: number } | (() => AsyncIterable<Buffer>);

export interface Invocation {
  readonly body: RequestBody;
  /** What X-Amzn-Sagemaker-Input-Object says: `<bucket>/<key>`. */
  readonly key: string;
  /** Undefined sends none. */
  readonly contentType: string | undefined;
  /** Told when a first attempt has been answered and the operating system has all of the body: nobody reads it again. */
  readonly onSent?: () => void;
}

/** Consumes the body of a 2xx reply. */
export type Reader<T> = (reply: ContainerReply) => Promise<T>;

/** What mini-batches are sent to: one container, or several in a row. */
export interface Invocable {
  /**
   * One attempt. `read` consumes the body of a 2xx reply; what it returns is returned.
   * @throws InvocationError; the signal's reason; what `read` throws
   */
  invoke<T>(invocation: Invocation, read: Reader<T>, signal: AbortSignal): Promise<T>;
  close(): void;
}

export interface InvokerOptions {
  readonly url: URL;
  readonly accept: string | undefined;
  readonly connections: number;
  /** For one attempt: connecting, sending, scoring and reading the reply (InvocationsTimeoutInSeconds). */
  readonly timeoutMs: number;
  /** What messages call it; `the container` by default. */
  readonly name?: string;
  /** Whether a 204 is a reply without a byte, as by default, or a failure. */
  readonly noContent?: 'success' | 'failure';
}

/** POSTs to /invocations over kept-alive connections. */
export class Invoker implements Invocable {
  readonly #options: InvokerOptions;
  readonly #name: string;
  readonly #agent: Agent;

  constructor(options: InvokerOptions) {
    this.#options = options;
    this.#name = options.name ?? 'the container';
    this.#agent = new Agent({ keepAlive: true, maxSockets: options.connections, maxFreeSockets: options.connections });
  }

  async invoke<T>(invocation: Invocation, read: Reader<T>, signal: AbortSignal): Promise<T> {
    signal.throwIfAborted();
    const options = { method: 'POST', headers: headers(invocation, this.#options.accept) };
    const first = request(this.#options.url, { ...options, agent: this.#agent });
    try {
      return await this.#exchange(first, invocation, read, signal);
    } catch (error) {
      if (!(error instanceof StaleConnectionError)) throw error;
      // The server had closed an idle connection before it saw the request, which says nothing about the request and so
      // is no retry. A connection of its own cannot be stale.
      const second = request(this.#options.url, { ...options, agent: false });
      const { onSent: _, ...again } = invocation;
      return await this.#exchange(second, again, read, signal);
    }
  }

  close(): void {
    this.#agent.destroy();
  }

  async #exchange<T>(
    outgoing: ClientRequest,
    invocation: Invocation,
    read: Reader<T>,
    signal: AbortSignal,
  ): Promise<T> {
    const { timeoutMs } = this.#options;
    const ending = new AbortController();
    const end = (reason: unknown): void => {
      ending.abort(reason);
      outgoing.destroy();
    };
    const onAbort = (): void => end(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
    const timer = setTimeout(() => end(this.#noReply('timeout', `none within ${timeoutMs / 1000} s`)), timeoutMs);
    try {
      const replied = reply(outgoing);
      const sending = send(outgoing, invocation.body, ending.signal).catch((error) => {
        if (!outgoing.destroyed) end(error); // the object could not be read; a broken connection is seen in `replied`
      });
      const result = await this.#receive(await replied, read);
      if (!outgoing.writableEnded)
        throw this.#noReply('connection', 'the reply ended before the whole object was sent');
      await sending;
      if (outgoing.writableFinished) invocation.onSent?.();
      return result;
    } catch (error) {
      const reason = ending.signal.aborted ? ending.signal.reason : error;
      end(reason);
      if (reason instanceof BatchlineError || signal.aborted) throw reason;
      throw this.#noReply('connection', messageOf(reason), reason);
    } finally {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
    }
  }

  async #receive<T>(incoming: IncomingMessage, read: Reader<T>): Promise<T> {
    const status = incoming.statusCode ?? 0;
    const refused = status === 204 && this.#options.noContent === 'failure';
    if (refused || status < 200 || status > 299) throw await refusal(incoming, this.#name);
    return await read(decoded(incoming));
  }

  #noReply(failure: 'connection' | 'timeout', why: string, cause?: unknown): InvocationError {
    const dataLog = ['Unable to get response from algorithm'];
    return new InvocationError(`no reply from ${this.#name}: ${why}`, { failure, dataLog, cause });
  }
}

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

/** As the service sends them, seen in a job's log; each name and its value. */
function headers({ body, key, contentType }: Invocation, accept: string | undefined): OutgoingHttpHeaders {
  return {
    ...(contentType === undefined ? {} : { 'Content-Type': contentType }),
    ...(accept === undefined ? {} : { Accept: accept }),
    ...(typeof body === 'function' ? { 'Transfer-Encoding': 'chunked' } : { 'Content-Length': body.bytes }),
    'Accept-Encoding': 'gzip',
    'User-Agent': 'Go-http-client/1.1',
    'X-Amzn-Sagemaker-Input-Object': headerSafe(key),
    'X-Amzn-Sagemaker-Input-Object-Base64': Buffer.from(key).toString('base64'),
  };
}

/** Printable ASCII as it is, anything else percent-encoded: a file name may hold what a header may not. */
function headerSafe(text: string): string {
  return /^[\x20-\x7e]*$/.test(text) ? text : encodeURI(text.toWellFormed());
}
