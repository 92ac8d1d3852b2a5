import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { fileUri, openStores } from '../../../src/storage/open-store.ts';
import { readInput } from '../../../src/transform/objects/read-input.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { never } from '../run-files.ts';

const text = 'one\ntwo\n'.repeat(100_000);

describe('a gzip object', () => {
  test('is read decompressed, all its members', async (t) => {
    const content = Buffer.concat([gzipSync(text), gzipSync('three\n')]);
    assert.equal(await read(t, content), `${text}three\n`);
  });

  const broken: [name: string, content: Buffer, why: RegExp][] = [
    ['that is cut off', gzipSync(text).subarray(0, -20), /x is not a whole gzip file \(unexpected end of file\)$/],
    ['that is plain text', Buffer.from(text), /x is not a whole gzip file \(incorrect header check\)$/],
    ['with a wrong checksum', damaged(gzipSync(text)), /x is not a whole gzip file \(incorrect data check\)$/],
    ['that is empty', Buffer.alloc(0), /x is not a whole gzip file \(unexpected end of file\)$/],
  ];
  for (const [name, content, message] of broken) {
    test(`${name} is refused`, async (t) => {
      await assert.rejects(read(t, content), { code: 'JOB_FAILED', message });
    });
  }
});

test('a plain object is read in the range that is asked for', async (t) => {
  assert.equal(await read(t, Buffer.from('0123456789'), { gzip: false, start: 2, end: 5 }), '234');
});

/** In the CRC-32 at its end. */
function damaged(content: Buffer): Buffer {
  const at = content.length - 8;
  content.writeUInt8((content[at] ?? 0) ^ 1, at);
  return content;
}

interface Options {
  readonly gzip?: boolean;
  readonly start?: number;
  readonly end?: number;
}

async function read(t: TestContext, content: Buffer, { gzip = true, ...range }: Options = {}): Promise<string> {
  const folder = await temporaryFolder(t, { x: content });
  const { store, key } = openStores()(fileUri(join(folder, 'x')));
  const object = await store.head(key, never);
  assert.ok(object);
  const input = { name: 'x', store, object, output: { store, key: 'unused' } };
  return Buffer.concat(await Array.fromAsync(readInput(input, { gzip }, { signal: never, ...range }))).toString();
}
