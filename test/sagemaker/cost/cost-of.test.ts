import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { costOf } from '../../../src/sagemaker/cost/cost-of.ts';
import { knownPrices as prices } from '../../../src/transform/report/prices.ts';

const job = { instanceType: 'ml.m5.large', instanceCount: 2, prices };
const at = (time: string): Date => new Date(`2026-11-22T${time}Z`);

describe('the cost of a job', () => {
  test('is that of every instance from start to end', () => {
    const cost = costOf({ ...job, startTime: at('10:00:00'), endTime: at('10:30:00') });
    assert.deepEqual(cost, { seconds: 1800, amount: 0.115, currency: 'USD' });
  });

  test('is nothing before the instances have started', () => {
    assert.deepEqual(costOf({ ...job, startTime: undefined }), { seconds: 0, amount: 0, currency: 'USD' });
  });

  test('grows while the job runs', () => {
    const { seconds } = costOf({ ...job, startTime: new Date(Date.now() - 60_000) });
    assert.ok(seconds >= 60 && seconds < 120, String(seconds));
  });

  test('is not negative where clocks differ', () => {
    assert.equal(costOf({ ...job, startTime: at('10:00:01'), endTime: at('10:00:00') }).amount, 0);
  });

  test('is not known of an instance without a price, and says so', () => {
    const cost = costOf({ ...job, instanceType: 'ml.x1.large', startTime: at('10:00:00'), endTime: at('10:00:10') });
    assert.equal(cost.amount, undefined);
    assert.equal(cost.seconds, 10);
    assert.match(cost.reason ?? '', /ml\.x1\.large.*2026-11-22 for us-east-1.*--prices/);
  });
});
