import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';

export interface StubRequest {
  readonly body: string;
  /** Counts from 1, over all invocations. */
  readonly number: number;
  readonly headers: IncomingMessage['headers'];
  readonly response: ServerResponse;
  readonly raw: IncomingMessage;
}

export interface StubContainer {
  readonly url: URL;
  readonly requests: readonly StubRequest[];
  mostAtOnce(): number;
}

interface StubOptions {
  /** Answers an invocation whose body has been read; `echo` where there is nothing to say. */
  readonly invocations?: (request: StubRequest) => unknown;
  /** The text of /execution-parameters; 404 without. */
  readonly executionParameters?: string;
  readonly metrics?: string;
  readonly ping?: (response: ServerResponse) => void;
}

/** Somebody's container: a real HTTP server, closed with the test. */
export async function stubContainer(t: TestContext, options: StubOptions = {}): Promise<StubContainer> {
  const requests: StubRequest[] = [];
  let underWay = 0;
  let most = 0;
  const answers: Record<string, (request: IncomingMessage, response: ServerResponse) => unknown> = {
    '/ping': (_, response) => (options.ping ? options.ping(response) : response.end()),
    '/execution-parameters': (_, response) => answerText(response, options.executionParameters),
    '/metrics': (_, response) => answerText(response, options.metrics),
    '/invocations': async (raw, response) => {
      underWay += 1;
      most = Math.max(most, underWay);
      response.once('close', () => (underWay -= 1));
      const body = await text(raw);
      const request = { body, number: requests.length + 1, headers: raw.headers, response, raw };
      requests.push(request);
      await (options.invocations ?? echo)(request);
    },
  };
  const server = createServer((request, response) => {
    Promise.resolve(answers[request.url ?? '']?.(request, response)).catch(() => response.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.close();
    server.closeAllConnections();
  });
  const { port } = server.address() as AddressInfo;
  return { url: new URL(`http://127.0.0.1:${port}/`), requests, mostAtOnce: () => most };
}

export function echo({ body, response }: StubRequest): void {
  response.end(body);
}

export function fail(status: number, body = '') {
  return ({ response }: StubRequest): void => {
    response.writeHead(status).end(body);
  };
}

export function breakConnection({ raw }: StubRequest): void {
  raw.socket.resetAndDestroy();
}

function answerText(response: ServerResponse, body: string | undefined): void {
  if (body === undefined) response.writeHead(404);
  response.end(body);
}

async function text(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}
