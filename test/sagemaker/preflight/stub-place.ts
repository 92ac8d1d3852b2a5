import type { TestContext } from 'node:test';
import type { Step } from '../../../src/sagemaker/step.ts';
import type { LaunchEvent } from '../../../src/sagemaker/tell.ts';
import { openStores } from '../../../src/storage/open-store.ts';
import { type StubS3, stubS3 } from '../../support/stub-s3.ts';
import { awsStep } from '../aws-step.ts';

export type Objects = Readonly<Record<string, string | Buffer>>;

/** A step whose S3 is a stub with a bucket, `bucket`, in us-east-1; the other APIs are at `endpoint`. */
export async function stubPlace(
  t: TestContext,
  objects: Objects = {},
  endpoint = 'http://127.0.0.1:9',
): Promise<{ stub: StubS3; step: Step & { readonly told: LaunchEvent[] } }> {
  const stub = await stubS3(t);
  stub.region = 'us-east-1';
  for (const [key, body] of Object.entries(objects)) stub.put(`bucket/${key}`, body);
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const openStore = openStores({ endpoint: stub.url, region: 'us-east-1', firstPauseMs: 2, tries: 3, credentials });
  return { stub, step: { ...awsStep(t, endpoint), openStore } };
}
