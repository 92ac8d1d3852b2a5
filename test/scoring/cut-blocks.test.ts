import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { lineCutter } from '../../src/records/lines.ts';
import { BlockBuffers } from '../../src/scoring/block-buffers.ts';
import { cutBlocks } from '../../src/scoring/cut-blocks.ts';

test('a record of any length that is skipped is not held', async () => {
  const chunkBytes = 100_000;
  const seen: WeakRef<Buffer>[] = [];
  let held = 0;
  const endlessLine = async function* (): AsyncGenerator<Buffer> {
    for (let count = 0; count < 100; count += 1) {
      const chunk = Buffer.allocUnsafeSlow(chunkBytes).fill('x');
      seen.push(new WeakRef(chunk));
      yield chunk;
      await sleep(1); // a WeakRef holds what it refers to until the end of the turn
    }
    setFlagsFromString('--expose-gc');
    runInNewContext('gc')();
    held = seen.filter((reference) => reference.deref() !== undefined).length;
  };
  const options = {
    cutter: lineCutter(),
    buffers: new BlockBuffers(4096, 2),
    blockBytes: 2048,
    maxRecordBytes: 10_000,
  };
  for await (const piece of cutBlocks(endlessLine(), options)) assert.ok(piece);
  assert.ok(held < 5, `${held} chunks held`);
});
