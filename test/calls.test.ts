import assert from 'node:assert/strict';
import { test } from 'node:test';
import { calls, told } from '../src/calls.ts';

test('calls are told while somebody listens, with what came of them', async () => {
  const heard: string[] = [];
  const listen = (call: unknown) => heard.push(String(call).replace(/\d+ ms/, 'n ms'));
  await told('unheard', async () => 1);
  calls.subscribe(listen);
  assert.equal(await told('a', async () => 2), 2);
  await assert.rejects(
    told('b', () => Promise.reject(new TypeError('secret'))),
    { message: 'secret' },
  );
  await assert.rejects(
    told(
      'c',
      () => Promise.reject(new Error('secret')),
      () => 'Throttled',
    ),
  );
  calls.unsubscribe(listen);
  await told('unheard', async () => 3);
  assert.deepEqual(heard, ['a: done, n ms', 'b: TypeError, n ms', 'c: Throttled, n ms']);
});
