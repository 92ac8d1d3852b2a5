import { z } from 'zod';
import { BatchlineError, messageOf } from '../../errors.ts';
import type { CreateTransformJobRequest } from '../../sagemaker-api/create-transform-job.ts';
import { writeObject } from '../../storage/write-object.ts';
import type { Step } from '../step.ts';
import { planFolder, planIn } from './shard-folders.ts';
import type { ShardedObject, ShardPlan } from './shard-plan.ts';

export type Storing = Pick<Step, 'openStore' | 'signal'>;

/** What is kept of a plan. Nothing of the request that may be secret: its Environment is asked of the job again. */
const planFile = z.strictObject({
  /** Whether the outputs are whole, and only temporary keys are left to be removed. */
  isStitched: z.boolean(),
  dataSource: z.strictObject({ S3DataType: z.enum(['ManifestFile', 'S3Prefix']), S3Uri: z.string() }),
  outputPath: z.string(),
  instanceCount: z.int().positive(),
  objects: z.array(
    z.strictObject({
      name: z.string(),
      uri: z.string(),
      bytes: z.int().nonnegative(),
      etag: z.string(),
      output: z.string(),
      /** Where the ranges end. */
      ends: z.array(z.int().nonnegative()).min(1),
    }),
  ),
});
type PlanFile = z.infer<typeof planFile>;

/** The key of a plan, with its URI, of which everything else of the plan stands beside. */
export function planUri(plan: Pick<ShardPlan, 'inputPrefix'>): string {
  return `${planFolder(plan)}plan.json`;
}

export async function writePlan(plan: ShardPlan, isStitched: boolean, { openStore, signal }: Storing): Promise<void> {
  const { DataSource } = plan.request.TransformInput;
  const file: PlanFile = {
    isStitched,
    dataSource: DataSource.S3DataSource,
    outputPath: plan.request.TransformOutput.S3OutputPath,
    instanceCount: plan.instanceCount,
    objects: plan.objects.map(({ input: { name, store, object, output }, ranges }) => ({
      name,
      uri: store.root + object.key,
      bytes: object.bytes,
      etag: object.etag,
      output: output.store.root + output.key,
      ends: ranges.map(({ end }) => end),
    })),
  };
  const { store, key } = openStore(planUri(plan));
  await writeObject(store, key, [Buffer.from(`${JSON.stringify(file)}\n`)], { signal, ...encryptionOf(plan) });
}

/** How far a plan has come; `gone`, when its temporary keys have been removed, or nothing was cut yet. */
export async function stateOf(plan: ShardPlan, storing: Storing): Promise<'cut' | 'stitched' | 'gone'> {
  const file = await readFile(planUri(plan), storing);
  if (file === undefined) return 'gone';
  return file.isStitched ? 'stitched' : 'cut';
}

/**
 * The plan of a job that is running, or has run, over shards; undefined if the job is not of that kind.
 * @throws BatchlineError JOB_FAILED when the plan has been removed with the shards: the outputs have been put together
 */
export async function shardPlanOf(
  request: CreateTransformJobRequest,
  storing: Storing,
): Promise<ShardPlan | undefined> {
  const found = planIn(request);
  if (found === undefined) return undefined;
  const { id, inputPrefix, outputPrefix } = found;
  const file = await readFile(planUri(found), storing);
  if (file === undefined) throw removed(request.TransformJobName, found);
  const { dataSource, outputPath: S3OutputPath, instanceCount } = file;
  const original: CreateTransformJobRequest = {
    ...request,
    TransformInput: { ...request.TransformInput, DataSource: { S3DataSource: dataSource } },
    TransformOutput: { ...request.TransformOutput, S3OutputPath },
  };
  const objects = file.objects.map((object) => shardedObject(object, storing));
  return { id, request: original, instanceCount, objects, inputPrefix, outputPrefix };
}

/** What encrypts the outputs encrypts what they are made by. */
export function encryptionOf({ request }: ShardPlan): { readonly kmsKeyId?: string } {
  const { KmsKeyId } = request.TransformOutput;
  return KmsKeyId === undefined || KmsKeyId === '' ? {} : { kmsKeyId: KmsKeyId };
}

async function readFile(uri: string, storing: Storing): Promise<PlanFile | undefined> {
  const text = await textOf(uri, storing);
  if (text === undefined) return undefined;
  try {
    return planFile.parse(JSON.parse(text));
  } catch (error) {
    const what = error instanceof z.ZodError ? z.prettifyError(error) : messageOf(error);
    throw new BatchlineError(
      'JOB_FAILED',
      `${uri}: expected the plan of a job over shards, received ${what} (was it made by another version of batchline?)`,
      { cause: error },
    );
  }
}

async function textOf(uri: string, { openStore, signal }: Storing): Promise<string | undefined> {
  const { store, key } = openStore(uri);
  let found = await store.head(key, signal);
  while (found !== undefined) {
    try {
      return Buffer.concat(await Array.fromAsync(store.read(found, { signal }))).toString();
    } catch (error) {
      // Another process that watches the job may have replaced or removed it since.
      const now = await store.head(key, signal);
      if (now?.etag === found.etag) throw error;
      found = now;
    }
  }
  return undefined;
}

function removed(job: string, plan: Pick<ShardPlan, 'inputPrefix'>): BatchlineError {
  const outputs = planFolder(plan).replace(/_batchline\/[0-9a-f]+\/$/, '');
  return new BatchlineError(
    'JOB_FAILED',
    `${job}: the shards of this job are gone: its outputs were put together before, and are under ${outputs}, or \`--cleanup\` removed them`,
  );
}

function shardedObject(
  { name, uri, bytes, etag, output, ends }: PlanFile['objects'][number],
  { openStore }: Storing,
): ShardedObject {
  const { store, key } = openStore(uri);
  return {
    input: { name, store, object: { key, bytes, etag }, output: openStore(output) },
    ranges: ends.map((end, index) => ({ start: ends[index - 1] ?? 0, end })),
  };
}
