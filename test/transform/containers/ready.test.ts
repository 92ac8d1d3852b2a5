import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { BatchlineError } from '../../../src/errors.ts';
import { waitUntilReady } from '../../../src/transform/containers/ready.ts';
import { stubContainer } from '../stub-container.ts';

const never = new AbortController().signal;
const nobody = new URL('http://127.0.0.1:1/');

describe('/ping', () => {
  test('is asked until it is 200', async (t) => {
    let pings = 0;
    const ping = (response: { writeHead(status: number): { end(): unknown } }) =>
      response.writeHead(++pings < 3 ? 502 : 200).end();
    const { url } = await stubContainer(t, { ping });
    await waitUntilReady(url, { signal: never, deadlineMs: 5000 });
    assert.equal(pings, 3);
  });

  test('may take its time, of which one is told', async (t) => {
    const notes: string[] = [];
    const { url } = await stubContainer(t, { ping: (response) => response.writeHead(503).end() });
    const ready = waitUntilReady(url, { signal: never, deadlineMs: 1300, onWaiting: (why) => notes.push(why) });
    await assert.rejects(ready, {
      code: 'JOB_FAILED',
      name: 'PingError',
      message: `${url}ping: expected 200 within 1 s; last attempt: it answered 503`,
      failureReason:
        'AlgorithmError: Model container failed to respond to ping. Please ensure /ping endpoint is implemented and responds with an HTTP 200 status code',
    });
    assert.deepEqual(notes, ['it answered 503']);
  });

  test('of nobody fails with the reason', async () => {
    const ready = waitUntilReady(nobody, { signal: never, deadlineMs: 0 });
    await assert.rejects(ready, { message: /last attempt: connect ECONNREFUSED 127\.0\.0\.1:1$/ });
  });

  test('of a container that has ended is not waited for', async (t) => {
    const { url } = await stubContainer(t, { ping: (response) => response.writeHead(503).end() });
    const died = sleep(200, new BatchlineError('JOB_FAILED', 'it ended with status 3'));
    const waited = waitUntilReady(url, { signal: never, deadlineMs: 30_000, died });
    await assert.rejects(waited, { message: 'it ended with status 3' });
  });

  test('ends with its signal', async (t) => {
    const stop = new AbortController();
    const { url } = await stubContainer(t, { ping: () => stop.abort(new Error('enough')) });
    await assert.rejects(waitUntilReady(url, { signal: stop.signal, deadlineMs: 5000 }), /^Error: enough$/);
  });
});
