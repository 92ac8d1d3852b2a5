import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { cutLines } from '../../../src/transform/splitting/line-options.ts';
import { manyLines, singleLines } from '../../../src/transform/splitting/lines.ts';
import { batches, inChunksOf, texts } from './collect.ts';

const defaults = { terminator: 'keep', 'blank-lines': 'send' } as const;
const dropBlanks = { terminator: 'keep', 'blank-lines': 'drop' } as const;
const strip = { terminator: 'strip', 'blank-lines': 'send' } as const;

test('the defaults look at line ends only', () => {
  assert.equal(cutLines('MultiRecord', defaults), manyLines);
  assert.equal(cutLines('SingleRecord', defaults), singleLines);
});

describe('blank-lines: drop', () => {
  const cases: [name: string, text: string, single: string[], many: string[]][] = [
    ['none', 'a\nb\n', ['a\n', 'b\n'], ['a\nb\n']],
    ['some', '\na\n\n\nb\n\n', ['a\n', 'b\n'], ['a\nb\n']],
    ['CRLF', 'a\r\n\r\nb\r\n', ['a\r\n', 'b\r\n'], ['a\r\nb\r\n']],
    ['a space is no blank line', 'a\n \n', ['a\n', ' \n'], ['a\n \n']],
    ['a carriage return in the last line', 'a\n\r', ['a\n'], ['a\n']],
    ['blank lines only', '\n\r\n\n', [], []],
    ['no final newline', '\n\nab', ['ab'], ['ab']],
    ['over the limit', 'aaaa\n\nbbbb\n', ['aaaa\n', 'bbbb\n'], ['aaaa\n', 'bbbb\n']],
  ];
  for (const [name, text, single, many] of cases) {
    test(name, async () => {
      for (const chunkBytes of [1, 2, 100]) {
        const chunks = inChunksOf(Buffer.from(text), chunkBytes);
        assert.deepEqual(await texts(cutLines('SingleRecord', dropBlanks), chunks, 9), single);
        assert.deepEqual(await texts(cutLines('MultiRecord', dropBlanks), chunks, 9), many);
      }
    });
  }

  test('a mini-batch starts where its first record does', async () => {
    const cut = cutLines('MultiRecord', dropBlanks);
    const starts = (await batches(cut, ['\na\n\n\nb\n'], 2)).map(({ offset }) => offset);
    assert.deepEqual(starts, [1, 5]);
    assert.deepEqual((await batches(cut, ['\na\n\n\nb\n'], 9))[0]?.offset, 1);
  });
});

describe('terminator: strip', () => {
  const cases: [name: string, text: string, single: string[], many: string[]][] = [
    ['LF', 'a\nb\n', ['a', 'b'], ['a\nb']],
    ['CRLF', 'a\r\nb\r\n', ['a', 'b'], ['a\r\nb']],
    ['none to strip', 'a\nb', ['a', 'b'], ['a\nb']],
    ['a blank line alone stays: no request is empty', '\n', ['\n'], ['\n']],
    ['one newline only', 'a\n\n', ['a', '\n'], ['a\n']],
  ];
  for (const [name, text, single, many] of cases) {
    test(name, async () => {
      for (const chunkBytes of [1, 2, 100]) {
        const chunks = inChunksOf(Buffer.from(text), chunkBytes);
        assert.deepEqual(await texts(cutLines('SingleRecord', strip), chunks, 9), single);
        assert.deepEqual(await texts(cutLines('MultiRecord', strip), chunks, 9), many);
      }
    });
  }
});

test('both', async () => {
  const both = { terminator: 'strip', 'blank-lines': 'drop' } as const;
  assert.deepEqual(await texts(cutLines('MultiRecord', both), ['a\n\nb\n', '\n'], 9), ['a\nb']);
});
