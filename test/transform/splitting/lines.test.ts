import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { manyLines, singleLines } from '../../../src/transform/splitting/lines.ts';
import { type MiniBatch, TooLargeError } from '../../../src/transform/splitting/mini-batch.ts';
import { wholeObject } from '../../../src/transform/splitting/whole-object.ts';

type Cut = (chunks: AsyncIterable<Buffer>, maxBytes: number) => AsyncIterable<MiniBatch>;

describe('MultiRecord', () => {
  const cases: [name: string, chunks: string[], maxBytes: number, batches: string[]][] = [
    ['nothing', [], 10, []],
    ['empty chunks', ['', ''], 10, []],
    ['all in one', ['a\nb\n', 'c\n'], 10, ['a\nb\nc\n']],
    ['no final newline', ['a\nb'], 10, ['a\nb']],
    ['no final newline, in a batch of its own', ['aaa\nb'], 4, ['aaa\n', 'b']],
    ['exactly the limit', ['aaa\n', 'bbb\n'], 8, ['aaa\nbbb\n']],
    ['one byte more than the limit', ['aaa\n', 'bbb\n', 'c'], 8, ['aaa\nbbb\n', 'c']],
    ['a record of exactly the limit', ['aaa\nb\n'], 4, ['aaa\n', 'b\n']],
    ['CRLF', ['a\r\nb\r\nc\r\n'], 6, ['a\r\nb\r\n', 'c\r\n']],
    ['CRLF cut between its two bytes', ['a\r', '\nb\r', '\n'], 3, ['a\r\n', 'b\r\n']],
    ['blank lines', ['\n\n\n\n\n'], 2, ['\n\n', '\n\n', '\n']],
    ['a record over many chunks', ['a', 'b', 'c', '\n', 'd', '\n'], 5, ['abc\n', 'd\n']],
    ['a chunk of many batches', ['a\nb\nc\nd\ne\n'], 4, ['a\nb\n', 'c\nd\n', 'e\n']],
  ];
  for (const [name, chunks, maxBytes, batches] of cases) {
    test(name, async () => assert.deepEqual(await texts(manyLines, chunks, maxBytes), batches));
  }

  test('a multibyte character at a chunk boundary stays whole', async () => {
    const bytes = Buffer.from('naïve\ncafé\n');
    const chunks = [...bytes].map((byte) => Buffer.of(byte));
    assert.deepEqual(await texts(manyLines, chunks, 8), ['naïve\n', 'café\n']);
  });

  test('says where a mini-batch starts', async () => {
    const batches = await collect(manyLines(source(['a\nbb\n', 'ccc\n']), 5));
    assert.deepEqual(
      batches.map(({ offset, bytes }) => [offset, bytes]),
      [
        [0, 5],
        [5, 4],
      ],
    );
  });

  tooLarge(manyLines);
});

describe('SingleRecord', () => {
  const cases: [name: string, chunks: string[], batches: string[]][] = [
    ['nothing', [], []],
    ['no final newline', ['a\nb'], ['a\n', 'b']],
    ['blank lines', ['\n\na\n\n'], ['\n', '\n', 'a\n', '\n']],
    ['CRLF over chunks', ['a\r', '\nb\r\n'], ['a\r\n', 'b\r\n']],
    ['a record over many chunks', ['a', 'b', '\n', 'c'], ['ab\n', 'c']],
  ];
  for (const [name, chunks, batches] of cases) {
    test(name, async () => assert.deepEqual(await texts(singleLines, chunks, 10), batches));
  }

  test('without a limit', async () => {
    const record = `${'x'.repeat(100_000)}\n`;
    assert.deepEqual(await texts(singleLines, [record, record], Infinity), [record, record]);
  });

  tooLarge(singleLines);
});

describe('SplitType None', () => {
  test('is one mini-batch', async () => assert.deepEqual(await texts(wholeObject, ['a\n', 'b'], 3), ['a\nb']));
  test('of nothing, none', async () => assert.deepEqual(await texts(wholeObject, [], 3), []));
  test('is an error over the limit, with its whole size', async () => {
    await assert.rejects(texts(wholeObject, ['a\n', 'b', 'cde'], 3), (error) => {
      assert.ok(error instanceof TooLargeError);
      assert.deepEqual([error.offset, error.bytes], [0, 6]);
      return true;
    });
  });
});

describe('any lines in any chunks', () => {
  const pieces = fc.array(fc.constantFrom('\n', '\r\n', 'a', 'é', '€uro', ' '), { maxLength: 60 });
  const sizes = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 });
  const inputs = fc.tuple(pieces, sizes, fc.integer({ min: 1, max: 40 }));

  for (const [name, cut] of Object.entries({ manyLines, singleLines })) {
    test(`${name}: whole lines within the limit, nothing lost`, () =>
      fc.assert(
        fc.asyncProperty(inputs, async ([parts, chunkSizes, maxBytes]) => {
          const bytes = Buffer.from(parts.join(''));
          const longest = Math.max(0, ...linesOf(bytes).map((line) => line.length));
          const batches = texts(cut, inChunks(bytes, chunkSizes), maxBytes);
          if (longest > maxBytes) return void (await assert.rejects(batches, TooLargeError));
          checkBatches(await batches, bytes, maxBytes);
          if (cut === manyLines) checkFull(await batches, maxBytes);
          else assert.equal((await batches).length, linesOf(bytes).length);
        }),
      ));
  }
});

function checkBatches(batches: string[], bytes: Buffer, maxBytes: number): void {
  assert.equal(batches.join(''), bytes.toString());
  for (const [index, batch] of batches.entries()) {
    assert.ok(Buffer.byteLength(batch) <= maxBytes);
    assert.ok(batch.endsWith('\n') || index === batches.length - 1);
  }
}

/** As many records as fit: the next one would not have. */
function checkFull(batches: string[], maxBytes: number): void {
  for (const [index, batch] of batches.slice(0, -1).entries()) {
    const [next = Buffer.alloc(0)] = linesOf(Buffer.from(batches[index + 1] ?? ''));
    assert.ok(Buffer.byteLength(batch) + next.length > maxBytes);
  }
}

function tooLarge(cut: Cut): void {
  const cases: [name: string, chunks: string[], offset: number, bytes: number][] = [
    ['first', ['aaaaaa\nb\n'], 0, 7],
    ['in the middle', ['a\nbbbbbb\nc\n'], 2, 7],
    ['last, without a newline', ['a\nbbbb', 'bb'], 2, 6],
    ['over many chunks', ['a\nbbbb', 'bb', 'b', 'b\n', 'c\n'], 2, 9],
    ['only because of its newline', ['aaaaa\n'], 0, 6],
  ];
  for (const [name, chunks, offset, bytes] of cases) {
    test(`a record over the limit is an error: ${name}`, async () => {
      await assert.rejects(texts(cut, chunks, 5), (error) => {
        assert.ok(error instanceof TooLargeError);
        assert.deepEqual([error.offset, error.bytes], [offset, bytes]);
        assert.match(error.message, new RegExp(`^${bytes} bytes, more than MaxPayloadInMB allows \\(5 bytes\\)$`));
        return true;
      });
    });
  }
}

async function texts(cut: Cut, chunks: readonly (string | Buffer)[], maxBytes: number): Promise<string[]> {
  const batches = await collect(cut(source(chunks), maxBytes));
  for (const { body, bytes } of batches) assert.equal(Buffer.concat(body).length, bytes);
  return batches.map(({ body }) => Buffer.concat(body).toString());
}

async function collect(batches: AsyncIterable<MiniBatch>): Promise<MiniBatch[]> {
  const all: MiniBatch[] = [];
  for await (const batch of batches) all.push(batch);
  return all;
}

async function* source(chunks: readonly (string | Buffer)[]): AsyncGenerator<Buffer> {
  for (const chunk of chunks) yield Buffer.from(chunk);
}

function inChunks(bytes: Buffer, sizes: readonly number[]): Buffer[] {
  const chunks: Buffer[] = [];
  for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
    const size = sizes[turn % sizes.length] ?? 1;
    chunks.push(bytes.subarray(at, at + size));
    at += size;
  }
  return chunks;
}

function linesOf(bytes: Buffer): Buffer[] {
  return bytes
    .toString('latin1')
    .split(/(?<=\n)/)
    .filter((line) => line !== '')
    .map((line) => Buffer.from(line, 'latin1'));
}
