import assert from 'node:assert/strict';
import { test } from 'node:test';
import { telling } from '../../../src/sagemaker/preflight/telling.ts';
import type { LaunchEvent } from '../../../src/sagemaker/tell.ts';

test('what takes long tells how far it is, until it is done', async (t) => {
  t.mock.timers.enable({ apis: ['setInterval'] });
  const told: LaunchEvent[] = [];
  let done = 0;
  const { promise, resolve } = Promise.withResolvers<string>();
  const run = telling(
    (event) => told.push(event),
    () => ({ message: `${done} done`, details: { done } }),
    () => promise,
  );
  t.mock.timers.tick(1999);
  assert.deepEqual(told, []);
  done = 3;
  t.mock.timers.tick(1);
  assert.deepEqual(told, [{ event: 'note', message: '3 done', details: { done: 3 } }]);
  resolve('result');
  assert.equal(await run, 'result');
  t.mock.timers.tick(10_000);
  assert.equal(told.length, 1);
});
