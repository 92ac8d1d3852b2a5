import type { TestContext } from 'node:test';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { ECRClient } from '@aws-sdk/client-ecr';
import { IAMClient } from '@aws-sdk/client-iam';
import { SageMakerClient } from '@aws-sdk/client-sagemaker';
import { STSClient } from '@aws-sdk/client-sts';
import { ConfiguredRetryStrategy } from '@smithy/core/retry';
import type { Step } from '../../src/sagemaker/step.ts';
import type { LaunchEvent } from '../../src/sagemaker/tell.ts';
import { openStores } from '../../src/storage/open-store.ts';

/** A step whose APIs are at one address, and what it told. */
export function awsStep(t: TestContext, endpoint: string): Step & { readonly told: LaunchEvent[] } {
  const options = {
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    retryStrategy: new ConfiguredRetryStrategy(8, 1), // ms between tries
  };
  const clients = {
    sts: new STSClient(options),
    iam: new IAMClient(options),
    ecr: new ECRClient(options),
    sagemaker: new SageMakerClient(options),
    logs: new CloudWatchLogsClient(options),
  };
  const close = () => {
    for (const client of Object.values(clients)) client.destroy();
  };
  t.after(close);
  const told: LaunchEvent[] = [];
  return {
    clients: { ...clients, region: 'us-east-1', close },
    openStore: openStores(),
    tell: (event) => told.push(event),
    signal: AbortSignal.timeout(30_000),
    told,
  };
}
