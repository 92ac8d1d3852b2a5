import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { BatchlineError } from '../../../src/errors.ts';
import { type Assumptions, assumptionsTable } from '../../../src/transform/assumptions.ts';
import { InvocationError, type InvocationFailure } from '../../../src/transform/invoking/invocation-error.ts';
import { retryPolicy, withRetries } from '../../../src/transform/invoking/retry.ts';

const never = new AbortController().signal;
const quick = { maxRetries: 2, firstPauseMs: 1, maxPauseMs: 2 };
const defaults = Object.fromEntries(
  Object.entries(assumptionsTable).map(([name, row]) => [name, row.default]),
) as unknown as Assumptions;

describe('what is tried again', () => {
  const cases: [on: Assumptions['retry-on'] | undefined, failure: InvocationFailure, attempts: number][] = [
    [undefined, '5xx', 3],
    ['connection,timeout,5xx', '5xx', 3],
    ['connection,timeout,5xx', 'connection', 3],
    ['connection,timeout,5xx', 'timeout', 3],
    ['connection,timeout,5xx', '4xx', 1],
    ['connection,timeout,5xx', 'other-status', 1],
    ['connection,timeout', '5xx', 1],
    ['connection,timeout', 'timeout', 3],
    ['none', 'connection', 1],
  ];
  for (const [on, failure, expected] of cases) {
    test(`${failure} where it is ${on ?? 'left open'}`, async () => {
      let attempts = 0;
      const why: string[] = [];
      const attempt = async (): Promise<never> => {
        attempts += 1;
        throw new InvocationError(`failure ${attempts}`, { failure, dataLog: ['line'] });
      };
      const policy = on === undefined ? quick : { ...quick, on };
      const options = { policy, signal: never, onRetry: (error: BatchlineError) => why.push(error.message) };
      await assert.rejects(withRetries(attempt, options), {
        name: 'InvocationError',
        message: expected === 1 ? 'failure 1' : 'failure 3 (after 2 retries)',
        failure,
        dataLog: ['line'],
      });
      assert.equal(attempts, expected);
      assert.deepEqual(why, expected === 1 ? [] : ['failure 1', 'failure 2']);
    });
  }

  test('any other error that may pass', async () => {
    let attempts = 0;
    const attempt = async (): Promise<string> => {
      attempts += 1;
      if (attempts < 3) throw new BatchlineError('JOB_FAILED', 'busy', { retryable: true });
      return 'done';
    };
    const policy = { ...quick, on: 'none' as const };
    assert.equal(await withRetries(attempt, { policy, signal: never, onRetry: () => undefined }), 'done');
  });
});

test('the policy is what is assumed', () => {
  assert.deepEqual(retryPolicy(3, { ...defaults, 'retry-on': 'none', 'first-retry-seconds': '0.25' }), {
    maxRetries: 3,
    firstPauseMs: 250,
    maxPauseMs: 10_000,
    on: 'none',
  });
});
