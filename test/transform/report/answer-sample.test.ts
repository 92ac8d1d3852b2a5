import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { AnswerSample } from '../../../src/transform/report/answer-sample.ts';
import { histogramOf } from '../../../src/transform/report/histogram.ts';

type Facts = ReturnType<AnswerSample['facts']>;

function sampled(...replies: string[]): Facts {
  const sample = new AnswerSample(false);
  for (const reply of replies) sample.add([Buffer.from(reply)]);
  return sample.facts();
}

describe('labels and scores of replies', () => {
  const cases: [name: string, reply: string, labels: Record<string, number>, scores: Record<string, number[]>][] = [
    [
      'JSON lines',
      '{"predicted_label":"a","probability":0.5}\n{"predicted_label":"a"}\n',
      { a: 2 },
      { probability: [0.5] },
    ],
    ['numbers as labels', '{"id":1,"predicted_label":0,"score":2}\n', { 0: 1 }, { score: [2] }],
    ['error lines', '{"error":{"code":"TIMEOUT","message":"","record":1}}\nERROR:TIMEOUT,\n', {}, {}],
    ['CSV', 'a,0.5\r\nb,0.25\nb,\n', { b: 2, a: 1 }, { 'column 2': [0.5, 0.25] }],
    ['numbers alone', '0.5\n1e-3', {}, { prediction: [0.5, 0.001] }],
    ['other answers', '{"x":"y"}\n[1,2]\nnull\n', {}, {}],
    ['nothing', '', {}, {}],
  ];
  for (const [name, reply, labels, scores] of cases) {
    test(name, () => {
      const facts = sampled(reply);
      assert.deepEqual(Object.fromEntries((facts.labels ?? []).map(({ label, count }) => [label, count])), labels);
      assert.deepEqual(Object.fromEntries(facts.scores.map((score) => [score.name, score.values])), scores);
      assert.deepEqual(facts.lines, []);
    });
  }

  test('the first 200 lines of a reply, whatever its pieces', () => {
    const sample = new AnswerSample(false);
    const reply = '{"predicted_label":"ü"}\n'.repeat(210);
    sample.add(Array.from(Buffer.from(reply), (byte) => Buffer.of(byte)));
    assert.equal(sample.facts().sampledLines, 200);
    assert.deepEqual(sample.facts().labels, [{ label: 'ü', count: 200 }]);
  });

  test('a line that is too long is left out', () => {
    assert.equal(sampled('x'.repeat(100_000)).sampledLines, 0);
    assert.equal(sampled(`1\n${'x'.repeat(100_000)}`).sampledLines, 1);
  });

  test('labels that are no labels are not told', () => {
    const { labels, tooManyLabels } = sampled(
      ...Array.from({ length: 60 }, (_, i) => `{"predicted_label":"secret ${i}"}\n`),
    );
    assert.equal(labels, undefined);
    assert.equal(tooManyLabels, true);
  });

  test('fewer mini-batches the longer it goes on', () => {
    const sample = new AnswerSample(false);
    const reply = [Buffer.from('1\n'.repeat(300))];
    for (let i = 0; i < 100_000; i++) sample.add(reply);
    const { sampledLines, sampledMiniBatches } = sample.facts();
    assert.ok(sampledLines > 30_000 && sampledLines <= 40_200, `${sampledLines}`);
    assert.equal(sampledLines, 20 * 200 + (sampledMiniBatches - 20) * 20);
  });

  test('answers are shown where they may be', () => {
    const sample = new AnswerSample(true);
    sample.add([Buffer.from('1\n2\n3\n4\n5\n6\n')]);
    assert.deepEqual(sample.facts().lines, ['1', '2', '3', '4', '5']);
  });
});

describe('histograms', () => {
  test('of shares go from 0 to 1', () => {
    const { bins, mean } = histogramOf({ name: 'p', values: [0.5, 1, 0.52] });
    assert.deepEqual([bins[0]?.from, bins.at(-1)?.to, bins[10]?.count, bins[19]?.count], [0, 1, 2, 1]);
    assert.ok(Math.abs(mean - 0.6733) < 1e-3);
  });

  test('of others from the smallest to the largest, also where these are the same', () => {
    const { bins } = histogramOf({ name: 's', values: [-10, 0, 10] });
    assert.deepEqual([bins[0]?.from, bins.at(-1)?.to, bins[10]?.count], [-10, 10, 1]);
    assert.equal(histogramOf({ name: 's', values: [5, 5] }).bins[0]?.count, 2);
  });
});
