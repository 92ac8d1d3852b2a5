import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';

export interface Invocation {
  /** As it came, each byte a character of Latin-1. */
  readonly body: string;
  readonly type: string | undefined;
  /** Counts from 1. */
  readonly number: number;
}

export interface Reply {
  readonly status?: number;
  /** Latin-1, too; the request's by default. */
  readonly body?: string;
  readonly afterMs?: number;
}

export interface RecordingContainer {
  readonly url: string;
  /** Paths, in the order of the requests. */
  readonly paths: readonly string[];
  readonly invocations: readonly Invocation[];
  mostAtOnce(): number;
  close(): Promise<void>;
}

/** Somebody's container, which remembers what it was asked. Without `executionParameters` the route is 404. */
export async function recordingContainer(
  answer: (invocation: Invocation) => Reply,
  executionParameters?: string,
): Promise<RecordingContainer> {
  const paths: string[] = [];
  const invocations: Invocation[] = [];
  let underWay = 0;
  let most = 0;
  const invoke = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    underWay += 1;
    most = Math.max(most, underWay);
    response.once('close', () => (underWay -= 1));
    const body = (await buffer(request)).toString('latin1');
    const invocation = { body, type: request.headers['content-type'], number: invocations.length + 1 };
    invocations.push(invocation);
    const { status = 200, body: answered = body, afterMs = 0 } = answer(invocation);
    await sleep(afterMs);
    response.writeHead(status).end(Buffer.from(answered, 'latin1'));
  };
  const server = createServer((request, response) => {
    paths.push(request.url ?? '');
    if (request.url === '/invocations') void invoke(request, response);
    else if (request.url === '/ping') response.end();
    else if (request.url === '/execution-parameters' && executionParameters) response.end(executionParameters);
    else response.writeHead(404).end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    paths,
    invocations,
    mostAtOnce: () => most,
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
