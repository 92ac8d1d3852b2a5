import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { estimateCosts } from '../../../src/transform/report/costs.ts';
import { knownPrices, readPrices } from '../../../src/transform/report/prices.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const prices = {
  ...knownPrices,
  instances: [
    { type: 'small', vCpus: 2, memoryGiB: 1, perHour: 1 },
    { type: 'large', vCpus: 4, memoryGiB: 4, perHour: 3 },
  ],
};

describe('what a job would cost', () => {
  test('by the CPU time of the servers, over the vCPUs', () => {
    const { estimates, assumption } = estimateCosts(
      { seconds: 10, cores: 8, serverCpuSeconds: 7200, serverPeakBytes: 2e9 },
      prices,
    );
    assert.deepEqual(
      estimates.map(({ seconds, cost, fits }) => [seconds, cost, fits]),
      [
        [3600, 1, false],
        [1800, 1.5, true],
      ],
    );
    assert.match(assumption, /^The servers' measured CPU time/);
  });

  test('by time and cores where the CPU time is not known, and says so', () => {
    const { estimates, cpuSeconds, assumption } = estimateCosts({ seconds: 100, cores: 2 }, prices);
    assert.equal(cpuSeconds, 200);
    assert.equal(estimates[0]?.seconds, 100);
    assert.equal('fits' in (estimates[0] ?? {}), false);
    assert.match(assumption, /is not known: .* 2 cores stands for it, which is the most it can be/);
  });
});

describe('prices', () => {
  test('that are known have a date, a region and instance types', () => {
    assert.match(knownPrices.asOf, /^\d{4}-\d\d-\d\d$/);
    assert.equal(knownPrices.region, 'us-east-1');
    assert.equal(knownPrices.instances.length, 10);
  });

  test('come from a file', async (t) => {
    const folder = await temporaryFolder(t, { 'p.json': JSON.stringify(prices) });
    assert.deepEqual(await readPrices(join(folder, 'p.json')), prices);
  });

  const broken: [name: string, text: string, message: RegExp][] = [
    ['no JSON', '{', /--prices .*p\.json: /],
    ['no date', JSON.stringify({ ...prices, asOf: 'May' }), /asOf/],
    [
      'a negative price',
      JSON.stringify({ ...prices, instances: [{ ...prices.instances[0], perHour: -1 }] }),
      /perHour/,
    ],
    ['no instances', JSON.stringify({ ...prices, instances: [] }), /instances/],
  ];
  for (const [name, text, message] of broken) {
    test(`are refused: ${name}`, async (t) => {
      const folder = await temporaryFolder(t, { 'p.json': text });
      await assert.rejects(readPrices(join(folder, 'p.json')), { code: 'INVALID_SETTING', message });
    });
  }

  test('are refused: no file', async () => {
    await assert.rejects(readPrices('/nowhere/p.json'), { code: 'INVALID_SETTING', message: /ENOENT/ });
  });
});
