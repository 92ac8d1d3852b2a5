import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type EstimateOptions, estimateLaunch, estimateText } from '../../../src/sagemaker/cost/estimate-launch.ts';
import { vCpusOf } from '../../../src/sagemaker/cost/vcpus-of.ts';
import { knownPrices as prices } from '../../../src/transform/report/prices.ts';
import { type Changes, launchWith } from '../preflight/launches.ts';

const gigabyte = 1e9;

function estimated(changes: Changes = {}, options: Partial<EstimateOptions> = {}) {
  return estimateLaunch({
    launch: launchWith(changes),
    input: { objects: 1, bytes: 144 * gigabyte },
    prices,
    ...options,
  });
}

const four = { resources: { InstanceCount: 4 } };

describe('the estimate of a launch', () => {
  test('is bytes by vCPUs, and its price', () => {
    const { seconds, cost, busyInstances } = estimated();
    assert.deepEqual(
      { seconds, cost: cost?.toFixed(4), busyInstances },
      { seconds: 360, cost: '0.0461', busyInstances: 1 },
    );
  });

  const cases: [
    name: string,
    changes: Changes,
    options: Partial<EstimateOptions>,
    seconds: number | undefined,
    says: RegExp,
  ][] = [
    ['is that of one instance for one object', four, {}, 360, /3 of 4 instances have no object, and are paid for/],
    [
      'is that of all instances for many objects',
      four,
      { input: { objects: 9, bytes: 144 * gigabyte } },
      90,
      /4 instances at work/,
    ],
    [
      'is that of all instances where objects are cut',
      { ...four, launch: { shard: 'auto' } },
      {},
      90,
      /4 instances at work/,
    ],
    [
      'is that of one where gzip cannot be cut',
      { ...four, input: { CompressionType: 'Gzip' }, launch: { shard: 'auto' } },
      {},
      360,
      /The input is compressed/,
    ],
    [
      'takes a throughput of one’s own',
      {},
      { megabytesPerVCpuSecond: 5 },
      3600,
      /Assumed: 5 MB of input a second and vCPU, 8 vCPUs/,
    ],
    [
      'has a time without a price',
      { resources: { InstanceType: 'ml.r5.2xlarge' } },
      {},
      360,
      /No cost: the price of ml\.r5\.2xlarge is not in the list/,
    ],
    [
      'has no time of a type that says nothing',
      { resources: { InstanceType: 'ml.x9.metal' } },
      {},
      undefined,
      /How many vCPUs ml\.x9\.metal has is not known/,
    ],
    ['has no time of an input that is not known', {}, { input: undefined }, undefined, /could not be listed/],
    [
      'says that elsewhere prices differ',
      {},
      { region: 'eu-west-1' },
      360,
      /us-east-1, as of .*; in eu-west-1 it is another/,
    ],
    ['says what is not billed', {}, {}, 360, /Billed from TransformStartTime to TransformEndTime/],
  ];
  for (const [name, changes, options, seconds, says] of cases) {
    test(name, () => {
      const estimate = estimated(changes, options);
      assert.equal(estimate.seconds, seconds);
      assert.match(estimateText(estimate), says);
    });
  }

  test('says of everything what it is', () => {
    assert.match(
      estimateText(estimated()),
      /^estimate: 1 × ml\.m5\.2xlarge: about 6 min, about 0\.0461 USD\n {2}Assumed/,
    );
    const unknown = estimated({ resources: { InstanceType: 'ml.x9.metal' } });
    assert.match(estimateText(unknown), /time not known, cost not known/);
    const small = estimated({}, { input: { objects: 1, bytes: 10 } });
    assert.match(estimateText(small), /about 1 s, about 0\.0000 USD/);
    const large = estimated({}, { input: { objects: 1, bytes: 9000 * gigabyte } });
    assert.match(estimateText(large), /about 6\.3 h, about 2\.88 USD/);
  });
});

test('the vCPUs of a type are in its name', () => {
  const types = ['m5.large', 'm5.xlarge', 'c5.18xlarge', 't3.medium', 'c5.metal', 'nonsense'];
  assert.deepEqual(
    types.map((type) => vCpusOf(`ml.${type}`)),
    [2, 4, 72, 2, undefined, undefined],
  );
});
