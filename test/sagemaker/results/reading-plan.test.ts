import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { blankLinesIn, linesIn } from '../../../src/sagemaker/results/line-counter.ts';
import { planReading } from '../../../src/sagemaker/results/reading-plan.ts';

const sizes = (...pairs: [inputBytes: number, outputBytes: number][]) =>
  pairs.map(([inputBytes, outputBytes]) => ({ inputBytes, outputBytes }));

describe('what is read within a bound', () => {
  const cases: [
    about: string,
    objects: ReturnType<typeof sizes>,
    bound: number,
    outputs: number[],
    inputs: boolean[],
  ][] = [
    ['nothing', [], 5, [], []],
    ['all of it', sizes([10, 10], [20, 5]), 45, [10, 5], [true, true]],
    ['all outputs, and the smallest inputs', sizes([30, 10], [20, 5]), 45, [10, 5], [false, true]],
    ['outputs that just fit', sizes([1, 10], [1, 5]), 15, [10, 5], [false, false]],
    [
      'small outputs and beginnings of the others',
      sizes([1, 100], [1, 2], [1, 50]),
      42,
      [20, 2, 20],
      [false, false, false],
    ],
    ['beginnings of all', sizes([0, 9], [0, 9]), 4, [2, 2], [false, false]],
    ['an empty output costs nothing', sizes([5, 0], [0, 0]), 0, [0, 0], [false, true]],
  ];
  for (const [about, objects, bound, outputs, inputs] of cases) {
    it(about, () => {
      const plan = planReading(objects, bound, true);
      assert.deepEqual(
        plan.map(({ outputBytes }) => outputBytes),
        outputs,
      );
      assert.deepEqual(
        plan.map(({ input }) => input),
        inputs,
      );
      assert.ok(planReading(objects, bound, false).every(({ input }) => !input));
    });
  }
});

describe('lines', () => {
  const cases: [text: string, lines: number, blank: number][] = [
    ['', 0, 0],
    ['a', 1, 0],
    ['a\n', 1, 0],
    ['\n', 1, 1],
    ['a\n\nb', 3, 1],
    ['a\r\n\r\n', 2, 1],
    ['\r', 1, 1],
    ['\n\n\na', 4, 3],
  ];
  for (const [text, lines, blank] of cases) {
    it(JSON.stringify(text), async () => {
      for (const size of [1, 2, 100]) {
        const bytes = Buffer.from(text);
        const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, at) =>
          bytes.subarray(at * size, (at + 1) * size),
        );
        assert.deepEqual([await linesIn(chunks), await blankLinesIn(chunks)], [lines, blank], `chunks of ${size}`);
      }
    });
  }
});
