import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { fetchExecutionParameters } from '../../../src/transform/containers/execution-parameters.ts';
import { stubContainer } from '../stub-container.ts';

const never = new AbortController().signal;
const nobody = new URL('http://127.0.0.1:1/');

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
    ['{"MaxPayloadInMB":101}', {}, /MaxPayloadInMB: expected at most 100, received 101$/],
    ['{"MaxConcurrentTransforms":11,"MaxPayloadInMB":10}', {}, /expected at most 100, received 11 × 10 = 110$/],
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

  test('that are wrong fail the job where that is assumed, those that are not there do not', async (t) => {
    const options = { signal: never, onNote: assert.fail, invalid: 'fail' as const };
    const wrong = await stubContainer(t, { executionParameters: '{"MaxPayloadInMB":"6"}' });
    await assert.rejects(fetchExecutionParameters(wrong.url, options), {
      code: 'JOB_FAILED',
      message: /execution-parameters: .*MaxPayloadInMB/s,
    });
    const without = await stubContainer(t);
    assert.deepEqual(await fetchExecutionParameters(without.url, options), {});
  });
});
