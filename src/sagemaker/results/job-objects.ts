import type { CreateTransformJobRequest } from '../../sagemaker-api/create-transform-job.ts';
import type { ObjectStore, StoredObject } from '../../storage/object-store.ts';
import { isUri, type OpenStore } from '../../storage/open-store.ts';
import { defaultAssumptions } from '../../transform/assumptions.ts';
import type { InputObject } from '../../transform/job.ts';
import { folderUri } from '../../transform/select/output-place.ts';
import { selectObjects } from '../../transform/select/select-objects.ts';
import { remainderOf } from '../../transform/select/selection.ts';
import { outputElsewhere } from './other-names.ts';
import { isOwnFile } from './own-files.ts';

/** An object of a job's input, and what lies where its output belongs. */
export interface JobObject extends InputObject {
  readonly written: StoredObject | undefined;
  /** Whether its output has another name than expected. */
  readonly isElsewhere?: boolean;
}

interface Job {
  readonly request: CreateTransformJobRequest;
  readonly openStore: OpenStore;
}

/**
 * The objects of a job as they are now. Outputs of the job itself are none, also where the output path lies in the
 * input's prefix.
 * @throws BatchlineError INVALID_INPUT if there are none any more, or a manifest cannot be read
 */
export async function jobObjects({ request, openStore }: Job, signal: AbortSignal): Promise<JobObject[]> {
  const folder = openStore(folderUri(request.TransformOutput.S3OutputPath));
  const selection = {
    request,
    assumptions: defaultAssumptions,
    openStore: withoutOutputs(openStore, folder),
  };
  const inputs = await selectObjects(selection, signal);
  const wanted = new Set(inputs.map(({ output }) => output.key));
  const written = new Map<string, StoredObject>();
  const others = new Map<string, StoredObject>();
  for await (const object of folder.store.list(folder.key, signal)) {
    if (wanted.has(object.key)) written.set(object.key, object);
    else if (object.key.endsWith('.out')) others.set(object.key, object);
  }
  const missing = inputs.filter(({ output }) => !written.has(output.key));
  const elsewhere = outputElsewhere(missing, others, folder.key);
  return inputs.map((input) => {
    const other = elsewhere.get(input);
    if (other) return { ...input, output: { ...input.output, key: other.key }, written: other, isElsewhere: true };
    return { ...input, written: written.get(input.output.key) };
  });
}

/** Whether an object was written at a time or later, on a store's clock of whole seconds. */
export function isSince({ modified }: StoredObject, time: Date): boolean {
  return modified === undefined || modified.getTime() >= Math.floor(time.getTime() / 1000) * 1000;
}

/** Whether what lies below the output path is found with the inputs, by the next job. */
export function isOutputAmongInputs({ request, openStore }: Job): boolean {
  const { S3DataType, S3Uri } = request.TransformInput.DataSource.S3DataSource;
  if (S3DataType !== 'S3Prefix' || !isUri(S3Uri)) return false;
  const input = openStore(S3Uri);
  const output = openStore(folderUri(request.TransformOutput.S3OutputPath));
  return input.store.root === output.store.root && output.key.startsWith(input.key);
}

function withoutOutputs(openStore: OpenStore, folder: ReturnType<OpenStore>): OpenStore {
  return (uri) => {
    const { store, key } = openStore(uri);
    if (store.root !== folder.store.root) return { store, key };
    const list: ObjectStore['list'] = (prefix, signal) => listInputs(store.list(prefix, signal), prefix, folder.key);
    return { store: { ...store, list }, key };
  };
}

async function* listInputs(listed: AsyncIterable<StoredObject>, prefix: string, folder: string) {
  const objects = await Array.fromAsync(listed);
  const outputs = new Set(objects.map(({ key }) => `${folder}${remainderOf(key, prefix)}.out`));
  for (const object of objects) {
    const isOwn = object.key.startsWith(folder) && isOwnFile(object.key.slice(folder.length));
    if (!isOwn && !outputs.has(object.key)) yield object;
  }
}
