import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { Spool } from '../../../src/transform/objects/spool.ts';

describe('a spool', () => {
  test('gives back what went in, however much that is', async () => {
    const sizes = fc.array(fc.constantFrom(0, 1, 1000, 500_000, 1024 * 1024, 3_000_000), { maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(sizes, async (lengths) => {
        const spool = new Spool();
        const pieces = lengths.map((length, index) => Buffer.alloc(length, index + 1));
        for (const piece of pieces) await spool.append([piece]);
        assert.ok(Buffer.concat(await Array.fromAsync(spool.read())).equals(Buffer.concat(pieces)));
        await spool.close();
      }),
      { numRuns: 30 },
    );
  });

  test('forgets everything when it starts anew, also what is in its file', async () => {
    const spool = new Spool();
    await spool.append([Buffer.alloc(2 * 1024 * 1024, 'a')]);
    await spool.append([Buffer.from('held')]);
    await spool.restart();
    await spool.append([Buffer.from('new')]);
    assert.equal(Buffer.concat(await Array.fromAsync(spool.read())).toString(), 'new');
    await spool.close();
    await spool.close();
  });
});
