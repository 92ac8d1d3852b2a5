import type { TestContext } from 'node:test';
import { ConfiguredRetryStrategy } from '@smithy/core/retry';
import { clientsWith } from '../../src/sagemaker/clients.ts';
import type { Step } from '../../src/sagemaker/step.ts';
import type { LaunchEvent } from '../../src/sagemaker/tell.ts';
import { openStores } from '../../src/storage/open-store.ts';

/** A step whose APIs are at one address, and what it told. */
export function awsStep(t: TestContext, endpoint: string): Step & { readonly told: LaunchEvent[] } {
  const clients = clientsWith({
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    retryStrategy: new ConfiguredRetryStrategy(8, 1), // ms between tries
  });
  t.after(clients.close);
  const told: LaunchEvent[] = [];
  return {
    clients,
    openStore: openStores(),
    tell: (event) => told.push(event),
    signal: AbortSignal.timeout(30_000),
    told,
  };
}
