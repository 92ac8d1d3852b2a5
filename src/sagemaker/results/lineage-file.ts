import { z } from 'zod';
import { BatchlineError, messageOf } from '../../errors.ts';
import type { CreateTransformJobRequest } from '../../sagemaker-api/create-transform-job.ts';
import type { OpenStore } from '../../storage/open-store.ts';
import { writeObject } from '../../storage/write-object.ts';
import { folderUri } from '../../transform/select/output-place.ts';
import type { JobObject } from './job-objects.ts';
import type { JobCost } from './outcome.ts';
import { ownFiles } from './own-files.ts';

const recordedObject = z.object({
  name: z.string(),
  status: z.enum(['Completed', 'Failed', 'Stopped']),
  inputEtag: z.string().optional(),
  output: z.string().optional(),
  outputEtag: z.string().optional(),
  outputBytes: z.int().optional(),
  lines: z.int().optional(),
  errorRecords: z.int().optional(),
  job: z.string().optional(),
  fingerprint: z.string().optional(),
});

/** An object in lineage.json: what was scored, and what came of it. */
export type RecordedObject = z.infer<typeof recordedObject>;

const optional = z.string().optional();
const lineageFile = z.object({
  format: z.literal(1),
  status: z.enum(['InProgress', 'Completed', 'Failed', 'Stopped']),
  failureReason: optional,
  /** Of the last job. */
  job: z.object({ name: z.string(), startTime: z.iso.datetime().optional(), endTime: z.iso.datetime().optional() }),
  /** Of the last job; the objects of earlier ones have their own, which is the same. */
  fingerprint: optional,
  dataVersion: optional,
  lineage: z.object({
    batchline: z.string(),
    image: optional,
    modelHash: optional,
    modelUrl: optional,
    modelSource: optional,
    modelArn: optional,
    jobArn: optional,
    settingsHash: optional,
    gitCommit: optional,
  }),
  cost: z.custom<JobCost>().optional(),
  request: z.custom<CreateTransformJobRequest>(),
  objects: z.array(recordedObject),
});

/** lineage.json of an output path. */
export type LineageFile = z.infer<typeof lineageFile>;

interface Place {
  readonly request: Pick<CreateTransformJobRequest, 'TransformOutput'>;
  readonly openStore: OpenStore;
}

/** @throws BatchlineError INVALID_INPUT if it is not one of ours */
export async function readLineage(place: Place, signal: AbortSignal): Promise<LineageFile | undefined> {
  const uri = lineageUri(place);
  const { store, key } = place.openStore(uri);
  const found = await store.head(key, signal);
  if (!found) return undefined;
  const bytes = Buffer.concat(await Array.fromAsync(store.read(found, { signal })));
  try {
    return lineageFile.parse(JSON.parse(bytes.toString()));
  } catch (error) {
    const why = error instanceof z.ZodError ? z.prettifyError(error) : messageOf(error);
    const remedy = 'move it away, or take another S3OutputPath; without it outputs are recognised by their lines alone';
    throw new BatchlineError('INVALID_INPUT', `${uri}: expected a lineage.json of batchline: ${why} (${remedy})`, {
      cause: error,
    });
  }
}

/** One line an object, so that it can be searched and grows without becoming one long text. @returns its URI */
export async function writeLineage(
  { objects, ...facts }: LineageFile,
  place: Place,
  signal: AbortSignal,
): Promise<string> {
  const uri = lineageUri(place);
  const { store, key } = place.openStore(uri);
  await writeObject(store, key, pieces(JSON.stringify(facts, undefined, 2), objects), { signal });
  return uri;
}

function* pieces(facts: string, objects: readonly RecordedObject[]): Generator<Buffer> {
  yield Buffer.from(`${facts.slice(0, facts.lastIndexOf('\n'))},\n  "objects": [`);
  for (const [index, object] of objects.entries()) {
    yield Buffer.from(`${index === 0 ? '' : ','}\n    ${JSON.stringify(object)}`);
  }
  yield Buffer.from('\n  ]\n}\n');
}

function lineageUri({ request }: Place): string {
  return `${folderUri(request.TransformOutput.S3OutputPath)}${ownFiles.lineage}`;
}

/** Whether a record is of exactly this object, of the output that is there, and of this fingerprint. */
export function isRecorded(
  record: RecordedObject | undefined,
  { object, written }: Pick<JobObject, 'object' | 'written'>,
  fingerprint: string | undefined,
): boolean {
  if (record?.status !== 'Completed' || record.inputEtag !== object.etag) return false;
  if (fingerprint === undefined || record.fingerprint !== fingerprint) return false;
  return record.outputEtag === written?.etag;
}
