import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { openModel } from '../../src/models/open-model.ts';
import type { ScoredBlock } from '../../src/scoring/messages.ts';
import { ScoringPool } from '../../src/scoring/pool.ts';
import { echo, handlerModel, troublesome } from '../support/handler-model.ts';

const never = new AbortController().signal;

async function poolOf(t: TestContext, code: string, options: object = {}): Promise<ScoringPool> {
  const model = await openModel(await handlerModel(t, code));
  const pool = new ScoringPool({
    model,
    workers: 1,
    subBatch: 4,
    maxRecordBytes: 1000,
    recordTimeoutMs: 300,
    ...options,
  });
  t.after(() => pool.close());
  return pool;
}

function request(records: unknown[]) {
  const text = Buffer.from(records.map((record) => `${JSON.stringify(record)}\n`).join(''));
  const bytes = new SharedArrayBuffer(text.length);
  Buffer.from(bytes).set(text);
  const format = { encoding: 'json', separator: '\n', keys: 'json', withId: false } as const;
  return { bytes, start: 0, end: text.length, framing: 'lines', format, skip: 0 } as const;
}

function errorsOf(block: ScoredBlock): string[] {
  return block.firstErrors.map(({ index, code }) => `${index} ${code}`);
}

test('a block is scored record by record, in order', async (t) => {
  const pool = await poolOf(t, echo);
  const block = await pool.score(request([1, 'two', [3], null, { five: 5 }]), never);
  assert.equal(Buffer.from(block.output).toString(), '1\n"two"\n[3]\nnull\n{"five":5}\n');
  assert.equal(block.records, 5);
});

const normal = Array.from({ length: 10 }, (_, n) => ({ n }));
const withAt = (index: number, record: object) => normal.map((other, i) => (i === index ? record : other));

for (const [trouble, code] of [
  ['throw', 'MODEL_ERROR'],
  ['hang', 'TIMEOUT'],
  ['exit', 'WORKER_DIED'],
] as const) {
  for (const index of [0, 5, 9]) {
    test(`a record that makes the model ${trouble} is an error line at ${index}, and its neighbours are scored`, async (t) => {
      const pool = await poolOf(t, troublesome);
      const block = await pool.score(request(withAt(index, { [trouble]: true })), never);
      assert.deepEqual(errorsOf(block), [`${index} ${code}`]);
      assert.equal(block.records, 10);
      const lines = Buffer.from(block.output).toString().trimEnd().split('\n');
      const answered = lines.filter((_, i) => i !== index);
      assert.deepEqual(
        answered,
        normal.filter((_, i) => i !== index).map((record) => JSON.stringify(record)),
      );
    });
  }
}

test('several killers in one block are found one after the other', async (t) => {
  const pool = await poolOf(t, troublesome);
  const records = normal.map((record, i) => (i % 3 === 0 ? { exit: true } : record));
  const block = await pool.score(request(records), never);
  assert.deepEqual(errorsOf(block), ['0 WORKER_DIED', '3 WORKER_DIED', '6 WORKER_DIED', '9 WORKER_DIED']);
  assert.ok(pool.replaced >= 4);
});

test('a worker that dies once is replaced, and its block is scored again without an error line', async (t) => {
  const dir = await handlerModel(t, '');
  const code = `
    import { existsSync, writeFileSync } from 'node:fs';
    export function predict(batch) {
      if (!existsSync(${JSON.stringify(`${dir}/died`)})) { writeFileSync(${JSON.stringify(`${dir}/died`)}, ''); process.exit(1); }
      return batch;
    }`;
  const pool = await poolOf(t, code);
  const block = await pool.score(request(normal), never);
  assert.deepEqual(errorsOf(block), []);
  assert.equal(block.records, 10);
  assert.equal(pool.replaced, 1);
});

test('an abandoned block stops between sub-batches', async (t) => {
  const pool = await poolOf(t, troublesome, { subBatch: 1, recordTimeoutMs: 0 });
  const abandoned = new AbortController();
  const slow = Array.from({ length: 1000 }, () => ({ ms: 20 }));
  const scored = pool.score(request(slow), abandoned.signal);
  setTimeout(() => abandoned.abort(new Error('gone')), 100);
  await assert.rejects(scored, /gone/);
  assert.equal(pool.replaced, 0);
});

test('an abandoned block that hangs in one model call is ended with its worker', async (t) => {
  const pool = await poolOf(t, troublesome, { recordTimeoutMs: 0 });
  await pool.score(request([1]), never);
  const abandoned = new AbortController();
  const scored = pool.score(request([{ hang: true }]), abandoned.signal);
  setTimeout(() => abandoned.abort(new Error('gone')), 50);
  await assert.rejects(scored, /gone/);
  assert.equal(pool.replaced, 1);
  assert.equal((await pool.score(request([2]), never)).records, 1);
});

test('a model that cannot be loaded is one clear error', async (t) => {
  const pool = await poolOf(t, `export function load() { throw new Error('weights are gone'); }`);
  await assert.rejects(pool.score(request([1]), never), {
    code: 'INVALID_MODEL',
    message: /inference\.mjs: load failed: weights are gone/,
  });
});

test('a worker that ends while it loads the model does not go on for ever', async (t) => {
  const pool = await poolOf(t, 'export function load() { process.exit(3); }\nexport const predict = (batch) => batch;');
  await assert.rejects(pool.score(request([1]), never), {
    code: 'INVALID_MODEL',
    message: /ended while it loaded the model/,
  });
});
