import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { Semaphore } from '../../../src/scoring/semaphore.ts';
import { mapInOrder } from '../../../src/transform/objects/in-order.ts';

const never = new AbortController().signal;

test('any latencies: results in order, never more at once than the window', () =>
  fc.assert(
    fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 4 })), fc.integer({ min: 1, max: 5 }), async (delays, size) => {
      const window = new Semaphore(size);
      let taken = 0;
      let most = 0;
      const work = async (item: number): Promise<number> => {
        taken += 1;
        most = Math.max(most, taken);
        await sleep(delays[item] ?? 0);
        return item;
      };
      const results: number[] = [];
      for await (const result of mapInOrder(numbers(delays.length), work, { window, signal: never })) {
        results.push(result);
        taken -= 1;
      }
      assert.deepEqual(results, [...delays.keys()]);
      assert.ok(most <= size);
      await allBack(window, size);
    }),
    { numRuns: 40 },
  ));

test('the first failure in order is thrown, after the others have been aborted and have ended', async () => {
  const window = new Semaphore(4);
  const ended: number[] = [];
  const work = async (item: number, signal: AbortSignal): Promise<number> => {
    try {
      if (item === 1) await sleep(30);
      if (item === 2) await sleep(15);
      if (item > 2) await sleep(60_000, undefined, { signal });
      if (item === 1) throw new Error('first');
      if (item === 2) throw new Error('too early to matter');
      return item;
    } finally {
      ended.push(item);
    }
  };
  const results: number[] = [];
  await assert.rejects(async () => {
    for await (const result of mapInOrder(numbers(9), work, { window, signal: never })) results.push(result);
  }, /^Error: first$/);
  assert.deepEqual(results, [0]);
  assert.deepEqual(ended.sort(), [0, 1, 2, 3, 4]);
  await allBack(window, 4);
});

test('an error of the source comes after the results before it', async () => {
  const window = new Semaphore(2);
  const results: number[] = [];
  const broken = async function* (): AsyncGenerator<number> {
    yield 1;
    yield 2;
    throw new Error('cannot read');
  };
  await assert.rejects(async () => {
    const mapped = mapInOrder(broken(), async (item) => item, { window, signal: never });
    for await (const result of mapped) results.push(result);
  }, /cannot read/);
  assert.deepEqual(results, [1, 2]);
  await allBack(window, 2);
});

test('aborting ends it with the reason, and closes the source', async () => {
  const window = new Semaphore(2);
  const stop = new AbortController();
  let closed = false;
  const endless = async function* (): AsyncGenerator<number> {
    try {
      for (let item = 0; ; item += 1) yield item;
    } finally {
      closed = true;
    }
  };
  const work = async (item: number, signal: AbortSignal): Promise<number> => {
    if (item === 3) await sleep(60_000, undefined, { signal }).catch(() => signal.throwIfAborted());
    return item;
  };
  setTimeout(() => stop.abort(new Error('enough')), 5);
  await assert.rejects(async () => {
    for await (const _ of mapInOrder(endless(), work, { window, signal: stop.signal }));
  }, /^Error: enough$/);
  assert.ok(closed);
  await allBack(window, 2);
});

test('two sources share a window without blocking each other', async () => {
  const window = new Semaphore(2);
  const all = async (delayMs: number): Promise<number> => {
    let count = 0;
    const work = (item: number) => sleep(delayMs, item);
    for await (const _ of mapInOrder(numbers(5), work, { window, signal: never })) count += 1;
    return count;
  };
  assert.deepEqual(await Promise.all([all(1), all(3)]), [5, 5]);
  await allBack(window, 2);
});

test('what has been used is not held', async () => {
  const bytes = 1_000_000;
  const buffers = async function* (): AsyncGenerator<Buffer> {
    for (let item = 0; item < 100; item += 1) yield Buffer.allocUnsafeSlow(bytes);
  };
  const seen: WeakRef<Buffer>[] = [];
  const work = async (buffer: Buffer): Promise<Buffer> => sleep(0, buffer);
  for await (const buffer of mapInOrder(buffers(), work, { window: new Semaphore(2), signal: never })) {
    seen.push(new WeakRef(buffer));
    await sleep(1); // a WeakRef holds what it refers to until the end of the turn
  }
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
  assert.ok(seen.filter((reference) => reference.deref() !== undefined).length < 5);
});

async function* numbers(count: number): AsyncGenerator<number> {
  for (let item = 0; item < count; item += 1) yield item;
}

async function allBack(window: Semaphore, size: number): Promise<void> {
  for (let permit = 0; permit < size; permit += 1) await window.acquire(AbortSignal.timeout(1000));
}
