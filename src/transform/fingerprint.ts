import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { CreateTransformJobRequest } from '../sagemaker-api/create-transform-job.ts';
import { isUri, type OpenStore } from '../storage/open-store.ts';
import type { Assumptions } from './assumptions.ts';
import type { ContainerSpec } from './containers/running-container.ts';

/** Hashes that say whether two jobs would give the same output for the same bytes. */
export interface Fingerprint {
  /** Of the containers and their model files. */
  readonly model: string;
  /** Of everything in the request and in what is assumed that can change an output. */
  readonly settings: string;
}

interface Container {
  readonly spec: ContainerSpec;
  readonly environment: Readonly<Record<string, string>>;
}

interface Maker {
  readonly request: CreateTransformJobRequest;
  readonly assumptions: Assumptions;
  readonly pipeline: readonly Container[];
  readonly openStore: OpenStore;
}

/** Reads the model's files. */
export async function fingerprint(
  { request, assumptions, pipeline, openStore }: Maker,
  signal: AbortSignal,
): Promise<Fingerprint> {
  const containers = [];
  for (const container of pipeline) containers.push(await identityOf(container, openStore, signal));
  const { TransformInput: input, TransformOutput: output, DataProcessing, Environment, BatchStrategy } = request;
  const { DataSource, ...form } = input;
  const inferenceIds = request.DataCaptureConfig?.GenerateInferenceId || undefined;
  const written = [output.Accept, output.AssembleWith];
  const settings = { form, output: written, DataProcessing, Environment, BatchStrategy, inferenceIds };
  return { model: hash(containers), settings: hash([settings, request.MaxPayloadInMB, assumptions]) };
}

async function identityOf(
  { spec, environment }: Container,
  openStore: OpenStore,
  signal: AbortSignal,
): Promise<unknown> {
  if (spec.kind === 'url') return [spec.url.href, environment];
  const image = spec.kind === 'image' ? spec.image : 'batchline';
  if (spec.model === undefined) return [image, environment];
  if (spec.model.startsWith('s3://')) {
    const { store, key } = openStore(spec.model);
    return [image, environment, (await store.head(key, signal))?.etag];
  }
  return [image, environment, await filesHash(isUri(spec.model) ? spec.model.replace(/^file:\/\//, '') : spec.model)];
}

/** Of a file's content; of a folder, of its files' names and contents. A path that does not exist fails when it is started. */
async function filesHash(path: string): Promise<string> {
  const found = await stat(path).catch(() => undefined);
  if (found?.isFile()) return await fileHash(path);
  if (!found?.isDirectory()) return 'none';
  const names = await readdir(path, { recursive: true, withFileTypes: true });
  const files = names.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const hashes = [];
  for (const file of files.sort()) hashes.push([file.slice(path.length), await fileHash(file)]);
  return hash(hashes);
}

async function fileHash(path: string): Promise<string> {
  const digest = createHash('sha256');
  for await (const chunk of createReadStream(path)) digest.update(chunk as Buffer);
  return digest.digest('hex');
}

function hash(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex');
}
