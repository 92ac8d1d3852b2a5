import type { Server } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ServerState } from './state.ts';

/**
 * Stops accepting and waits for the requests under way; connections that idle are closed as they become idle.
 * @returns false when the time was up and connections were cut
 */
export async function drain(server: Server, state: ServerState, timeoutMs: number): Promise<boolean> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  const deadline = performance.now() + timeoutMs;
  while (state.underWay > 0 && performance.now() < deadline) {
    server.closeIdleConnections();
    await sleep(20);
  }
  const finished = state.underWay === 0;
  server.closeIdleConnections();
  // What is left now has been answered and only has to be flushed, or has run out of time.
  const flushed = finished ? Math.min(1000, timeoutMs) : 0;
  await Promise.race([closed, sleep(flushed)]);
  server.closeAllConnections();
  return finished;
}
