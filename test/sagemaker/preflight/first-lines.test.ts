import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { firstLines } from '../../../src/sagemaker/preflight/first-lines.ts';

async function* chunksOf(texts: readonly string[], read: string[]): AsyncGenerator<Buffer> {
  for (const text of texts) {
    read.push(text);
    yield Buffer.from(text);
  }
}

describe('the first lines', () => {
  const cases: [name: string, chunks: string[], lines: string, chunksRead: number][] = [
    ['are all where there are no more bytes', ['a\nb', '\nc'], 'a\nb\nc', 2],
    ['end with the last whole one', ['aaaa\n', 'bbbb\ncc', 'cc\n'], 'aaaa\nbbbb\n', 2],
    ['go on to the end of a long first one', ['aaaaaaaa', 'aaaa', 'a\nb', 'c\n'], 'aaaaaaaaaaaaa\n', 3],
    ['are its beginning where it is too long', ['aaaaaaaa', 'aaaaaaaa', 'aaaaaaaa', 'a\n'], 'a'.repeat(24), 3],
    ['leave out a long one behind others', ['a\n', 'bbbbbbbbbbbb', 'b\n'], 'a\n', 2],
    ['are none of nothing', [], '', 0],
    ['are empty lines, too', ['\n\n', '\n'], '\n\n\n', 2],
  ];
  for (const [name, chunks, lines, chunksRead] of cases) {
    test(name, async () => {
      const read: string[] = [];
      const pieces = await Array.fromAsync(firstLines(chunksOf(chunks, read), { bytes: 8, longest: 20 }));
      assert.equal(Buffer.concat(pieces).toString(), lines);
      assert.equal(read.length, chunksRead);
    });
  }

  test('survive that whoever takes them uses up their memory', async () => {
    const pieces: string[] = [];
    for await (const piece of firstLines(chunksOf(['a\nb', 'b\nc', 'c\n'], []), { bytes: 100, longest: 20 })) {
      pieces.push(piece.toString());
      piece.fill(0);
    }
    assert.equal(pieces.join(''), 'a\nbb\ncc\n');
  });
});
