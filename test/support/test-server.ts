import type { TestContext } from 'node:test';
import { readSettings } from '../../src/config.ts';
import { type RunningServer, startServer } from '../../src/server/start.ts';

export interface TestServer extends RunningServer {
  readonly url: string;
}

/** A real server on a free port, ready, closed when the test ends. */
export async function testServer(
  t: TestContext,
  modelDir: string,
  env: Record<string, string> = {},
): Promise<TestServer> {
  const server = await startingServer(t, modelDir, env);
  await server.ready;
  return server;
}

/** The same, possibly still loading its model. */
export async function startingServer(
  t: TestContext,
  modelDir: string,
  env: Record<string, string> = {},
): Promise<TestServer> {
  const defaults = {
    SAGEMAKER_BIND_TO_PORT: '0',
    BATCHLINE_HOST: '127.0.0.1',
    BATCHLINE_WORKERS: '2',
    BATCHLINE_LOG_LEVEL: 'silent',
    BATCHLINE_DRAIN_TIMEOUT_MS: '2000',
  };
  const server = await startServer(readSettings({ ...defaults, ...env }), modelDir);
  server.ready.catch(() => {}); // whoever cares awaits it
  t.after(async () => {
    await server.ready.catch(() => {});
    await server.close();
  });
  return { ...server, url: `http://127.0.0.1:${server.port}` };
}

export interface Answer {
  readonly status: number;
  readonly type: string | null;
  readonly text: string;
  readonly lines: string[];
}

/** POST /invocations. */
export async function invoke(
  server: TestServer,
  body: string | Buffer,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const init = {
    method: 'POST',
    body: body as string,
    headers: { 'content-type': 'application/jsonlines', ...headers },
  };
  const response = await fetch(`${server.url}/invocations`, init);
  const text = await response.text();
  return {
    status: response.status,
    type: response.headers.get('content-type'),
    text,
    lines: text.replace(/\n$/, '').split('\n'),
  };
}

/** The codes of error lines, `-` for scored ones. */
export function codesOf(lines: readonly string[]): string[] {
  return lines.map((line) => (JSON.parse(line) as { error?: { code: string } } | null)?.error?.code ?? '-');
}
