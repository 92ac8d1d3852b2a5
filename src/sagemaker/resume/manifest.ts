import { createHash } from 'node:crypto';
import { BatchlineError } from '../../errors.ts';
import type { CreateTransformJobRequest } from '../../sagemaker-api/create-transform-job.ts';
import type { OpenStore } from '../../storage/open-store.ts';
import { writeObject } from '../../storage/write-object.ts';
import type { InputObject } from '../../transform/job.ts';
import { folderUri } from '../../transform/select/output-place.ts';
import { manifestName } from '../results/own-files.ts';

export interface ManifestOptions {
  /** At least one. */
  readonly unfinished: readonly InputObject[];
  /** Over the whole input: its S3OutputPath is what the outputs' keys begin with. */
  readonly request: CreateTransformJobRequest;
  /** `s3://bucket/prefix/` that the manifest goes to; by default S3OutputPath. */
  readonly folder?: string;
  readonly openStore: OpenStore;
  readonly signal: AbortSignal;
}

/**
 * Writes a manifest of objects, whose prefix is chosen so that their outputs get the keys that the whole job would give
 * them. The same objects make the same manifest under the same name.
 * @returns its URI
 * @throws BatchlineError INVALID_INPUT where no prefix does that
 */
export async function writeManifest(options: ManifestOptions): Promise<string> {
  const { request, folder = request.TransformOutput.S3OutputPath, openStore, signal } = options;
  const content = Buffer.from(`${JSON.stringify(manifestOf(options))}\n`);
  const hash = createHash('sha256').update(content).digest('hex').slice(0, 16);
  const uri = `${folderUri(folder)}${manifestName(hash)}`;
  const { store, key } = openStore(uri);
  await writeObject(store, key, [content], { signal });
  return uri;
}

/** The request for the objects of a manifest. Everything that can change an output stays as it is. */
export function resumeRequest(request: CreateTransformJobRequest, manifestUri: string): CreateTransformJobRequest {
  const DataSource = { S3DataSource: { S3DataType: 'ManifestFile', S3Uri: manifestUri } } as const;
  return { ...request, TransformInput: { ...request.TransformInput, DataSource } };
}

/**
 * An output is named after what follows the manifest's prefix (contract, "Output key"), so the prefix is what stands
 * before that in the objects' keys.
 */
function manifestOf({ unfinished, request, openStore }: ManifestOptions): [{ prefix: string }, ...string[]] {
  const outputs = openStore(folderUri(request.TransformOutput.S3OutputPath)).key;
  const items = unfinished.map(({ store, object: { key }, output }) => {
    const item = output.key.slice(outputs.length, -'.out'.length);
    return { prefix: `${store.root}${key.slice(0, key.length - item.length)}`, item };
  });
  const [first] = items;
  if (!first) throw refusal('there is nothing left to score');
  const other = items.find(({ prefix }) => prefix !== first.prefix);
  if (!other) return [{ prefix: first.prefix }, ...items.map(({ item }) => item)];
  const { S3Uri } = request.TransformInput.DataSource.S3DataSource;
  throw refusal(
    `the outputs of ${first.prefix}${first.item} and ${other.prefix}${other.item} are named after what follows ${first.prefix} and ${other.prefix}, and a manifest has one prefix: expected an S3Uri that ends in a slash, received ${S3Uri}; score each prefix by a job of its own`,
  );
}

function refusal(why: string): BatchlineError {
  return new BatchlineError('INVALID_INPUT', `--resume: ${why}`);
}
