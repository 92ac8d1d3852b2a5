import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { replaceLines } from '../../../src/transform/retry-errors/replace-lines.ts';

describe('lines are replaced', () => {
  const cases: [name: string, text: string, lines: Record<number, string>, result: string][] = [
    ['the first', 'a\nb\nc\n', { 1: 'XX' }, 'XX\nb\nc\n'],
    ['the last', 'a\nb\nc\n', { 3: 'XX' }, 'a\nb\nXX\n'],
    ['the last, which has no newline, and gets none', 'a\nb', { 2: 'XX' }, 'a\nXX'],
    ['adjacent ones', 'a\nb\nc\nd\n', { 2: 'X', 3: 'YYYY' }, 'a\nX\nYYYY\nd\n'],
    ['all', 'a\nb\n', { 1: 'X', 2: 'Y' }, 'X\nY\n'],
    ['blank ones, and by blank ones', '\n\nc\n', { 2: 'X', 3: '' }, '\nX\n\n'],
    ['none', 'a\nb', {}, 'a\nb'],
  ];
  for (const [name, text, lines, result] of cases) {
    test(name, async () => {
      for (let size = 1; size <= text.length; size += 1) assert.equal(await replaced(text, lines, size), result);
    });
  }

  test('but for one that is not there', async () => {
    const message = 'the output has no line 3: it is not the one of errors.jsonl';
    for (const text of ['a\nb\n', 'a\nb', '']) {
      await assert.rejects(replaced(text, { 3: 'X' }, 9), { code: 'JOB_FAILED', message });
    }
  });
});

async function replaced(text: string, lines: Record<number, string>, size: number): Promise<string> {
  const replacements = Object.entries(lines).map(([line, to]) => ({ line: Number(line), text: Buffer.from(to) }));
  const chunks = Array.from({ length: Math.ceil(text.length / size) }, (_, at) =>
    Buffer.from(text.slice(at * size, (at + 1) * size)),
  );
  return Buffer.concat(await Array.fromAsync(replaceLines(each(chunks), each(replacements)))).toString('utf8');
}

async function* each<T>(items: readonly T[]): AsyncGenerator<T> {
  yield* items;
}
