import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { ErrorEntry } from '../../../src/transform/objects/error-entries.ts';
import { ReportCollector } from '../../../src/transform/report/collector.ts';

const answered = { object: 'a', instance: 0, inputBytes: 100, outputBytes: 10, milliseconds: 5 };

function entry(line: number, code: string, object = 'a'): ErrorEntry {
  return { object, line, code, message: 'about secret', offset: 0, sha256: '' };
}

describe('the collector of a report', () => {
  test('counts errors by code, with their places', () => {
    const collector = new ReportCollector({ showRecords: false });
    collector.onErrorLines([entry(2, 'INVALID_JSON')]);
    collector.onErrorLines([entry(1, 'TIMEOUT', 'b'), entry(3, 'INVALID_JSON')]);
    assert.deepEqual(
      collector
        .facts()
        .errors.map(({ code, count, places }) => [code, count, places.map((at) => `${at.object}:${at.line}`)]),
      [
        ['INVALID_JSON', 2, ['a:2', 'a:3']],
        ['TIMEOUT', 1, ['b:1']],
      ],
    );
  });

  test('counts all and keeps the first places', () => {
    const collector = new ReportCollector({ showRecords: false });
    for (let line = 1; line <= 30; line++) collector.onErrorLines([entry(line, 'TIMEOUT')]);
    const [error] = collector.facts().errors;
    assert.equal(error?.count, 30);
    assert.deepEqual(error?.places.at(-1)?.line, 10);
  });

  test('keeps messages of the model only where records may be shown', () => {
    for (const showRecords of [false, true]) {
      const collector = new ReportCollector({ showRecords });
      collector.onErrorLines([entry(1, 'MODEL_ERROR'), entry(2, 'WRONG_TYPE')]);
      const messages = collector.facts().errors.map(({ places }) => places[0]?.message);
      assert.deepEqual(messages, [showRecords ? 'about secret' : undefined, 'about secret']);
    }
  });

  test('takes replies of other containers', () => {
    const collector = new ReportCollector({ showRecords: false });
    collector.onMiniBatch({ ...answered, reply: [Buffer.from('\xff\n', 'latin1')] });
    collector.onMiniBatch({ ...answered, reply: [] });
    const { errors, latency } = collector.facts();
    assert.deepEqual(errors, []);
    assert.equal(latency?.max, 5);
  });

  test('puts mini-batches on a clock', () => {
    let time = 0;
    const collector = new ReportCollector({ showRecords: false, now: () => time });
    for (time of [100, 600]) collector.onMiniBatch({ ...answered, records: 1, reply: [] });
    assert.deepEqual(
      collector.facts().throughput.map(({ bytes }) => bytes),
      [100, 0, 100],
    );
  });

  test('counts retries by reason, up to twenty reasons', () => {
    const collector = new ReportCollector({ showRecords: false });
    for (let i = 0; i < 30; i++) collector.onRetry('a', `reason ${i}`);
    const { retries } = collector.facts();
    assert.deepEqual(retries[0], { why: 'other reasons', count: 10 });
    assert.equal(retries.length, 21);
  });
});
