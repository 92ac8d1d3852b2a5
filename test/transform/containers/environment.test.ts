import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { containerEnvironment, type EnvironmentOptions } from '../../../src/transform/containers/environment.ts';

const model = { SHARED: 'of the model', OF_MODEL: '1' };

// T11 and T12 of the contract's cases from the SDK's local mode.
describe('the environment of a container', () => {
  const cases: [name: string, options: Partial<EnvironmentOptions>, expected: Record<string, string>][] = [
    ['tells nothing that nobody has set', {}, {}],
    ['has the job’s', { request: { Environment: { MY_ENV: '3' } } }, { MY_ENV: '3' }],
    [
      'has all that is set',
      { request: { MaxPayloadInMB: 3, BatchStrategy: 'MultiRecord', MaxConcurrentTransforms: 2 } },
      {
        SAGEMAKER_MAX_PAYLOAD_IN_MB: '3',
        SAGEMAKER_BATCH_STRATEGY: 'MULTI_RECORD',
        SAGEMAKER_MAX_CONCURRENT_TRANSFORMS: '2',
      },
    ],
    [
      'has what is set alone',
      { request: { BatchStrategy: 'SingleRecord' } },
      { SAGEMAKER_BATCH_STRATEGY: 'SINGLE_RECORD' },
    ],
    ['tells of a payload without a limit', { request: { MaxPayloadInMB: 0 } }, { SAGEMAKER_MAX_PAYLOAD_IN_MB: '0' }],
    ['takes a concurrency of 0 for none', { request: { MaxConcurrentTransforms: 0 } }, {}],
    [
      'is the job’s before the model’s',
      { model, request: { Environment: { SHARED: 'of the job' } } },
      { SHARED: 'of the job', OF_MODEL: '1' },
    ],
    [
      'is the model’s before the job’s where that is assumed',
      { model, request: { Environment: { SHARED: 'of the job', OF_JOB: '2' } }, assumptions: { environment: 'model' } },
      { SHARED: 'of the model', OF_MODEL: '1', OF_JOB: '2' },
    ],
    [
      'has the service’s before the model’s and after the job’s',
      {
        model: { SAGEMAKER_MAX_PAYLOAD_IN_MB: '1', SAGEMAKER_BATCH_STRATEGY: 'X' },
        request: { MaxPayloadInMB: 2, BatchStrategy: 'MultiRecord', Environment: { SAGEMAKER_BATCH_STRATEGY: 'Y' } },
      },
      { SAGEMAKER_MAX_PAYLOAD_IN_MB: '2', SAGEMAKER_BATCH_STRATEGY: 'Y' },
    ],
    [
      'has ports of its own in a pipeline',
      { position: 1 },
      { SAGEMAKER_BIND_TO_PORT: '8081', SAGEMAKER_SAFE_PORT_RANGE: '21000-21999' },
    ],
  ];
  for (const [name, options, expected] of cases) {
    test(name, () => {
      const environment = containerEnvironment({
        request: {},
        model: {},
        assumptions: { environment: 'job' },
        ...options,
      });
      assert.deepEqual(environment, { SAGEMAKER_BATCH: 'true', ...expected });
    });
  }
});
