import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { bestOf, readResults, type VariantResult } from '../../../src/learning/search/variant-result.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

function result(index: number, score: number, alpha?: number): VariantResult {
  const values = alpha === undefined ? {} : { 'learner.alpha': alpha };
  return { index, values, scoring: 'f1', score, folds: [score], figures: {}, fingerprint: 'a', rows: 1, seconds: 1 };
}

describe('the best variant', () => {
  const cases: [name: string, results: VariantResult[], best: number][] = [
    ['has the highest score', [result(0, 0.7), result(1, 0.8), result(2, 0.75)], 1],
    ['of equals has the larger alpha', [result(0, 0.8, 1e-5), result(1, 0.8, 1e-3), result(2, 0.8, 1e-4)], 1],
    ['of the same is the first', [result(0, 0.8, 1), result(1, 0.8, 1)], 0],
  ];
  for (const [name, results, best] of cases) test(name, () => assert.equal(bestOf(results).index, best));
  test('needs one', () => assert.throws(() => bestOf([]), { code: 'INVALID_INPUT' }));
});

describe('results in a folder', () => {
  test('are read in their order', async (t) => {
    const files = {
      'variant-10.json': JSON.stringify(result(10, 1)),
      'variant-2.json': JSON.stringify(result(2, 1)),
      'x.txt': '',
    };
    const found = await readResults(await temporaryFolder(t, files), 'a');
    assert.deepEqual(
      found.map(({ index }) => index),
      [2, 10],
    );
  });
  const wrong: [name: string, files: Record<string, string>, message: RegExp][] = [
    ['none', {}, /expected files variant-0\.json/],
    ['no JSON', { 'variant-0.json': '{' }, /variant-0\.json: expected the result of a variant/],
    ['of another kind', { 'variant-0.json': '{}' }, /variant-0\.json: expected the result of a variant/],
    [
      'of other data',
      { 'variant-0.json': JSON.stringify({ ...result(0, 1), fingerprint: 'b' }) },
      /of other data or parameters/,
    ],
  ];
  for (const [name, files, message] of wrong) {
    test(`refused: ${name}`, async (t) => {
      await assert.rejects(readResults(await temporaryFolder(t, files), 'a'), { code: 'INVALID_INPUT', message });
    });
  }
  test('refused: no folder', async () =>
    assert.rejects(readResults('/nowhere', 'a'), { message: /^\/nowhere: ENOENT/ }));
});
