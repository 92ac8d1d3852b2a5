import { randomUUID } from 'node:crypto';
import { messageOf } from '../errors.ts';
import { writeObject } from '../storage/write-object.ts';
import type { InputObject, JobResult } from './job.ts';
import { folderUri } from './select/output-place.ts';
import type { TransformRunOptions } from './transform-run.ts';

interface Capturing {
  readonly inputs: readonly InputObject[];
  readonly startTime: Date;
  readonly options: Pick<TransformRunOptions, 'request' | 'openStore' | 'onNote'>;
}

/**
 * DataCaptureConfig: manifests of the objects that were scored and of their outputs, `input/yyyy/mm/dd/hh/<uuid>.json`
 * and `output/…` below DestinationS3Uri, by the hour (UTC) in which the job began. A stopped job has none. Source:
 * developer guide, model-monitor-data-capture-batch.
 *
 * Never throws: the outputs are there and complete, so a manifest that cannot be written is told, and no failed job.
 */
export async function captureData(
  { status, objects }: JobResult,
  { inputs, startTime, options }: Capturing,
  signal: AbortSignal,
): Promise<void> {
  const { DataCaptureConfig } = options.request;
  const scored = inputs.filter((_, index) => ['Completed', 'Resumed'].includes(objects[index]?.status ?? ''));
  if (!DataCaptureConfig || status === 'Stopped' || scored.length === 0) return;
  const name = `${startTime.toISOString().slice(0, 13).replace(/[-T]/g, '/')}/${randomUUID()}.json`;
  const manifests = {
    input: scored.map(({ store, object }) => store.root + object.key),
    output: scored.map(({ output }) => output.store.root + output.key),
  };
  try {
    const { store, key } = options.openStore(folderUri(DataCaptureConfig.DestinationS3Uri));
    for (const [side, uris] of Object.entries(manifests)) {
      await writeObject(store, `${key}${side}/${name}`, [Buffer.from(manifestOf(uris))], { signal });
    }
  } catch (error) {
    options.onNote(`The manifests of DataCaptureConfig could not be written: ${messageOf(error)}`);
  }
}

/** As ManifestFile has it: each URI is the prefix and a name. The prefix is the deepest folder that holds them all. */
function manifestOf(uris: readonly string[]): string {
  let prefix = folderOf(uris[0] as string);
  while (!uris.every((uri) => uri.startsWith(prefix))) prefix = folderOf(prefix.slice(0, -1));
  return JSON.stringify([{ prefix }, ...uris.map((uri) => uri.slice(prefix.length))]);
}

function folderOf(uri: string): string {
  return uri.slice(0, uri.lastIndexOf('/') + 1);
}
