import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import type { TestContext } from 'node:test';

export interface StubLogs {
  readonly url: string;
  /** Lines by the name of their stream. */
  readonly streams: Map<string, string[]>;
  /** Operations as they came. */
  readonly asked: string[];
  /** Lets the next calls of an operation fail. */
  fail(operation: string, code: string, times?: number): void;
}

interface Asked {
  readonly logStreamNamePrefix?: string;
  readonly logStreamName?: string;
  readonly nextToken?: string;
  readonly startFromHead?: boolean;
}

/**
 * As much of CloudWatch Logs as is asked here, with what batchline local never does: pages of few lines, and, as on AWS,
 * empty pages that have others behind them.
 */
export async function stubLogs(t: TestContext, { linesAPage = 3, emptyPages = false } = {}): Promise<StubLogs> {
  const failures: { operation: string; code: string; times: number }[] = [];
  const stub: StubLogs = {
    url: '',
    streams: new Map(),
    asked: [],
    fail: (operation, code, times = 1) => failures.push({ operation, code, times }),
  };
  const events = (asked: Asked): object => {
    const lines = stub.streams.get(asked.logStreamName ?? '') ?? [];
    const [, at = String(asked.startFromHead ? 0 : lines.length), gap = ''] =
      /^\w\/(\d+)(e?)$/.exec(asked.nextToken ?? '') ?? [];
    const position = Number(at);
    if (emptyPages && gap === '' && (asked.startFromHead ? position < lines.length : position > 0)) {
      return { events: [], nextForwardToken: `f/${at}e`, nextBackwardToken: `b/${at}e` };
    }
    const [start, end] = asked.startFromHead
      ? [position, position + linesAPage]
      : [Math.max(0, position - linesAPage), position];
    const page = lines.slice(start, end);
    return {
      events: page.map((message, index) => ({ message, timestamp: start + index })),
      nextForwardToken: page.length === 0 && asked.nextToken ? asked.nextToken : `f/${start + page.length}`,
      nextBackwardToken: page.length === 0 && asked.nextToken ? asked.nextToken : `b/${start}`,
    };
  };
  const describe = (asked: Asked): object => {
    const names = [...stub.streams.keys()].filter((name) => name.startsWith(asked.logStreamNamePrefix ?? '')).sort();
    const start = Number(asked.nextToken ?? 0);
    const more = start + 50 < names.length ? { nextToken: String(start + 50) } : {};
    return { logStreams: names.slice(start, start + 50).map((logStreamName) => ({ logStreamName })), ...more };
  };
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const operation = String(request.headers['x-amz-target']).split('.').at(-1) ?? '';
    stub.asked.push(operation);
    const asked = (await json(request)) as Asked;
    const failure = failures.find((one) => one.operation === operation && one.times-- > 0);
    const answered = operation === 'GetLogEvents' ? events(asked) : describe(asked);
    const body = failure ? { __type: failure.code, message: 'as the test wants it' } : answered;
    response.writeHead(failure ? 400 : 200, { 'Content-Type': 'application/x-amz-json-1.1' }).end(JSON.stringify(body));
  };
  const server = createServer((request, response) => void answer(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close().closeAllConnections());
  return { ...stub, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}
