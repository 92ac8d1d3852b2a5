import { InvocationError } from './invocation-error.ts';
import type { Invocable, Invocation, Invoker, Reader, RequestBody } from './invoke.ts';
import type { ContainerReply } from './reply.ts';

/**
 * A serial inference pipeline: each container's reply, with its Content-Type, is the next one's request. The invokers
 * are those of the containers, in order; only the last is to be given the job's Accept, as the others choose by
 * SAGEMAKER_DEFAULT_INVOCATIONS_ACCEPT. A held request is answered by a held reply before the next container is asked; a
 * streamed one streams through all of them, so that the time limit of each covers those behind it.
 */
export class PipelineInvoker implements Invocable {
  readonly #invokers: readonly Invoker[];

  constructor(invokers: readonly Invoker[]) {
    this.#invokers = invokers;
  }

  async invoke<T>(invocation: Invocation, read: Reader<T>, signal: AbortSignal): Promise<T> {
    return await this.#from(0, invocation, { read, signal });
  }

  close(): void {
    for (const invoker of this.#invokers) invoker.close();
  }

  async #from<T>(
    index: number,
    invocation: Invocation,
    { read, signal }: { read: Reader<T>; signal: AbortSignal },
  ): Promise<T> {
    const invoker = this.#invokers[index] as Invoker;
    if (index === this.#invokers.length - 1) return await invoker.invoke(invocation, read, signal);
    const next = (body: RequestBody, { headers }: ContainerReply) =>
      this.#from(index + 1, { key: invocation.key, body, contentType: headers['content-type'] }, { read, signal });
    if (typeof invocation.body === 'function') {
      return await invoker.invoke(invocation, (reply) => next(once(reply), reply), signal);
    }
    const { body, reply } = await invoker.invoke(invocation, hold, signal);
    return await next(body, reply);
  }
}

async function hold(reply: ContainerReply): Promise<{ body: RequestBody; reply: ContainerReply }> {
  const pieces: Buffer[] = [];
  for await (const piece of reply) pieces.push(piece);
  return { body: { body: pieces, bytes: pieces.reduce((sum, { length }) => sum + length, 0) }, reply };
}

/** A reply can be sent on once; where a connection has to be made anew, so has the whole way through the containers. */
function once(reply: ContainerReply): () => AsyncIterable<Buffer> {
  let begun = false;
  return () => {
    if (begun) {
      const dataLog = ['Unable to get response from algorithm'];
      throw new InvocationError('the connection to the next container broke', { failure: 'connection', dataLog });
    }
    begun = true;
    return reply;
  };
}
