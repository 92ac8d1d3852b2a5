import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { objectStoreContract } from '../contracts/object-store.ts';
import { count, internal, slowDown, stubStore } from '../support/stub-store.ts';

const signal = AbortSignal.timeout(120_000);

objectStoreContract({
  name: 'S3, by a stub',
  async open(t) {
    const { store } = await stubStore(t);
    return { store, base: 'base/' };
  },
});

describe('listing', () => {
  for (const keys of [0, 1, 2, 3, 4, 7]) {
    it(`takes ${keys} keys in pages of two`, async (t) => {
      const { stub, store } = await stubStore(t, { pageSize: 2 });
      const names = Array.from({ length: keys }, (_, index) => `in/${index}`);
      for (const name of names) stub.put(`bucket/${name}`, name);
      stub.put('bucket/other', '');
      const found = await Array.fromAsync(store.list('in/', signal));
      assert.deepEqual(
        found.map(({ key }) => key),
        names,
      );
      assert.equal(count(stub, 'ListObjectsV2'), Math.max(1, Math.ceil(keys / 2)));
    });
  }

  it('shows folder markers', async (t) => {
    const { stub, store } = await stubStore(t);
    stub.put('bucket/in/', '');
    stub.put('bucket/in/a', 'x');
    const found = await Array.fromAsync(store.list('in/', signal));
    assert.deepEqual(
      found.map(({ key }) => key),
      ['in/', 'in/a'],
    );
  });

  it('tries again in the middle', async (t) => {
    const { stub, store } = await stubStore(t, { pageSize: 1, timeoutMs: 500 });
    for (const key of ['a', 'b', 'c']) stub.put(`bucket/${key}`, key);
    stub.fail('ListObjectsV2', slowDown, 'reset', internal, 'silent', slowDown);
    assert.equal((await Array.fromAsync(store.list('', signal))).length, 3);
  });
});
