import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { ObjectOutcome } from '../../../src/sagemaker/results/outcome.ts';
import { outcomeText } from '../../../src/sagemaker/results/outcome-text.ts';

const object = (key: string, status: ObjectOutcome['status'], more: Partial<ObjectOutcome> = {}): ObjectOutcome => ({
  key,
  status,
  inputBytes: 3,
  ...more,
});

it('of a job with everything', () => {
  const text = outcomeText({
    status: 'Completed',
    objects: [
      object('b/a', 'Completed', { outputBytes: 2_000_000 }),
      object('b/b', 'Resumed', { outputBytes: 500_000 }),
    ],
    missing: 0,
    mismatched: 0,
    records: 1200,
    errorRecords: 3,
    cost: { amount: 0.1234, currency: 'USD', billedSeconds: 90, perHour: 0.461 },
    files: ['s3://b/out/lineage.json'],
    problems: ['b/c: put there after the job began'],
  });
  assert.equal(
    text,
    `Completed: 2 of 2 objects with an output, 1 of them by an earlier job
  records      1,200, of which 3 are error lines
  outputs      2.5 MB
  cost         0.1234 USD, 1 min 30 s billed
  written      s3://b/out/lineage.json
note: b/c: put there after the job began
`,
  );
});

it('of a job with nothing, and of many failures the first', () => {
  const objects = Array.from({ length: 22 }, (_, index) => object(`b/${index}`, 'Failed', { reason: 'no' }));
  const lines = outcomeText({
    status: 'Failed',
    failureReason: 'ClientError: See job logs',
    objects: [...objects, object('b/x', 'Stopped')],
    missing: 23,
    mismatched: 0,
    records: 5,
    files: [],
    problems: [],
  }).split('\n');
  assert.equal(lines[0], 'failed: b/0: no');
  assert.deepEqual(lines.slice(20), [
    'failed: and 2 more',
    'Failed: ClientError: See job logs',
    'Failed: 0 of 23 objects with an output',
    '  records      5',
    'To go on: the same command with --resume.',
    '',
  ]);
});
