import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { fetchExecutionParameters, fetchPeakMemory, waitUntilReady } from '../../src/transform/container.ts';
import { stubContainer } from './stub-container.ts';

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
      message: `${url}ping: expected 200 within 1 s; last attempt: it answered 503`,
    });
    assert.deepEqual(notes, ['it answered 503']);
  });

  test('of nobody fails with the reason', async () => {
    const ready = waitUntilReady(nobody, { signal: never, deadlineMs: 0 });
    await assert.rejects(ready, { message: /last attempt: connect ECONNREFUSED 127\.0\.0\.1:1$/ });
  });

  test('ends with its signal', async (t) => {
    const stop = new AbortController();
    const { url } = await stubContainer(t, { ping: () => stop.abort(new Error('enough')) });
    await assert.rejects(waitUntilReady(url, { signal: stop.signal, deadlineMs: 5000 }), /^Error: enough$/);
  });
});

describe('/execution-parameters', () => {
  const cases: [answer: string | undefined, settings: object, note: RegExp | undefined][] = [
    [undefined, {}, undefined],
    ['{}', {}, undefined],
    [
      '{"MaxConcurrentTransforms":8,"BatchStrategy":"SINGLE_RECORD","MaxPayloadInMB":3}',
      { maxConcurrentTransforms: 8, batchStrategy: 'SingleRecord', maxPayloadInMB: 3 },
      undefined,
    ],
    ['{"MaxPayloadInMB":0,"Other":1}', { maxPayloadInMB: 0 }, undefined],
    ['{"BatchStrategy":"MultiRecord"}', { batchStrategy: 'MultiRecord' }, undefined],
    ['{"MaxConcurrentTransforms":0}', {}, undefined],
    ['', {}, /expected a JSON object, received ""$/],
    ['[]', {}, /expected object/],
    ['{"MaxConcurrentTransforms":"4","MaxPayloadInMB":3}', {}, /MaxConcurrentTransforms/],
    ['{"MaxPayloadInMB":1.5}', {}, /MaxPayloadInMB/],
    ['{"BatchStrategy":"ALL"}', {}, /BatchStrategy/],
  ];
  for (const [answer, settings, note] of cases) {
    test(answer ?? '404', async (t) => {
      const notes: string[] = [];
      const { url } = await stubContainer(t, answer === undefined ? {} : { executionParameters: answer });
      const onNote = (text: string) => notes.push(text);
      assert.deepEqual(await fetchExecutionParameters(url, { signal: never, onNote }), settings);
      assert.equal(notes.length, note ? 1 : 0);
      if (note) assert.match(notes[0] ?? '', note);
    });
  }

  test('of nobody are the defaults, with a note', async () => {
    const notes: string[] = [];
    const onNote = (text: string) => notes.push(text);
    assert.deepEqual(await fetchExecutionParameters(nobody, { signal: never, onNote }), {});
    assert.match(notes[0] ?? '', /ECONNREFUSED/);
  });
});

describe('/metrics', () => {
  const cases: [metrics: string | undefined, bytes: number | undefined][] = [
    [undefined, undefined],
    ['other 1\n', undefined],
    ['# HELP batchline_peak_memory_bytes x\nbatchline_peak_memory_bytes 123456\n', 123456],
    ['batchline_peak_memory_bytes{process="main"} 1.5e8\n', 150_000_000],
  ];
  for (const [metrics, bytes] of cases) {
    test(JSON.stringify(metrics) ?? '404', async (t) => {
      const { url } = await stubContainer(t, metrics === undefined ? {} : { metrics });
      assert.equal(await fetchPeakMemory(url, never), bytes);
    });
  }
});
