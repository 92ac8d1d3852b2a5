import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { inOrder } from '../../src/scoring/in-order.ts';

async function* numbers(count: number, onTake: (n: number) => void = () => {}) {
  for (let n = 0; n < count; n++) {
    onTake(n);
    yield n;
  }
}

test('results come in the order of the items, however long each takes', async () => {
  const results: number[] = [];
  const work = async (n: number) => {
    await sleep((7 * n) % 5);
    return n;
  };
  for await (const result of inOrder(numbers(30), 4, work)) results.push(result);
  assert.deepEqual(results, [...Array(30).keys()]);
});

test('no more items are taken than the limit while nobody takes results', async () => {
  let taken = 0;
  const results = inOrder(
    numbers(30, () => taken++),
    4,
    async (n) => n,
  );
  await results.next();
  await sleep(20);
  assert.ok(taken <= 6, `${taken}`);
  await results.return(undefined);
});

test('reads on while results are worked on', async () => {
  let running = 0;
  let most = 0;
  const work = async (n: number) => {
    most = Math.max(most, ++running);
    await sleep(5);
    running--;
    return n;
  };
  for await (const _ of inOrder(numbers(20), 3, work));
  assert.equal(most, 3);
});

test('an error of the work is thrown in its place, after the results before it', async () => {
  const results: number[] = [];
  const work = async (n: number) => {
    if (n === 2) throw new Error('two');
    return n;
  };
  const run = async () => {
    for await (const result of inOrder(numbers(9), 3, work)) results.push(result);
  };
  await assert.rejects(run, /two/);
  assert.deepEqual(results, [0, 1]);
});

test('an error of the source is thrown after the results of what came before it', async () => {
  const results: number[] = [];
  const source = async function* () {
    yield 1;
    throw new Error('torn');
  };
  const run = async () => {
    for await (const result of inOrder(source(), 3, async (n) => n)) results.push(result);
  };
  await assert.rejects(run, /torn/);
  assert.deepEqual(results, [1]);
});

test('when the results are no longer wanted, the source is closed', async () => {
  let closed = false;
  const source = async function* () {
    try {
      yield* numbers(100);
    } finally {
      closed = true;
    }
  };
  for await (const result of inOrder(source(), 2, async (n) => n)) if (result === 1) break;
  await sleep(5);
  assert.ok(closed);
});
