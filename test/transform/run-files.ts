import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { CreateTransformJobRequest } from '../../src/sagemaker-api/create-transform-job.ts';
import { openStores } from '../../src/storage/open-store.ts';
import { parseAssumptions } from '../../src/transform/assumptions.ts';
import { containerStarter } from '../../src/transform/containers/start-container.ts';
import type { JobResult } from '../../src/transform/job.ts';
import { prepareTransformRun } from '../../src/transform/run-transform-job.ts';
import type { PreparedRun, TransformRunOptions } from '../../src/transform/transform-run.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

export const never = new AbortController().signal;

/** What differs from a job of SplitType and AssembleWith Line over `in/`, into `out/`. */
export interface JobChanges extends Partial<Omit<CreateTransformJobRequest, 'TransformInput' | 'TransformOutput'>> {
  readonly TransformInput?: Partial<CreateTransformJobRequest['TransformInput']>;
  readonly TransformOutput?: Partial<CreateTransformJobRequest['TransformOutput']>;
  /** `NAME=VALUE`; retries pause for a millisecond by default. */
  readonly assume?: readonly string[];
  readonly options?: Partial<TransformRunOptions>;
}

/** A job over the files of `folder/in`, by a container at `url`, into `folder/out`. */
export async function prepareIn(folder: string, url: URL, changes: JobChanges = {}): Promise<PreparedRun> {
  return await prepareTransformRun(optionsIn(folder, url, changes), never);
}

/** What such a job is made of. */
export function optionsIn(folder: string, url: URL, changes: JobChanges = {}): TransformRunOptions {
  const { assume = [], options = {}, TransformInput, TransformOutput, ...request } = changes;
  const openStore = openStores();
  const DataSource = { S3DataSource: { S3DataType: 'S3Prefix', S3Uri: join(folder, 'in') } } as const;
  return {
    request: {
      TransformJobName: 'test',
      ModelName: 'test',
      TransformResources: { InstanceType: 'ml.m5.large', InstanceCount: 1 },
      ...request,
      TransformInput: { DataSource, SplitType: 'Line', ...TransformInput },
      TransformOutput: { S3OutputPath: join(folder, 'out'), AssembleWith: 'Line', ...TransformOutput },
    },
    pipeline: [{ name: 'container-1', spec: { kind: 'url', url }, environment: {} }],
    assumptions: parseAssumptions(['first-retry-seconds=0.001', 'ping-seconds=5', ...assume]),
    startContainer: containerStarter({ cli: 'none', openStore }),
    openStore,
    onNote: () => undefined,
    ...options,
  };
}

export interface Ran {
  readonly result: JobResult;
  /** By their names, `.batchline-*` left out. */
  readonly outputs: Record<string, string>;
}

/** The same over files that are given, in a folder of its own. */
export async function runFiles(
  t: TestContext,
  { url, files, changes, signal = never }: RunFiles,
): Promise<Ran & { folder: string }> {
  const inputs = Object.fromEntries(Object.entries(files).map(([name, content]) => [`in/${name}`, content]));
  const folder = await temporaryFolder(t, inputs);
  const result = await (await prepareIn(folder, url, changes)).run(signal);
  return { result, outputs: await filesIn(join(folder, 'out')), folder };
}

interface RunFiles {
  readonly url: URL;
  readonly files: Readonly<Record<string, string | Uint8Array>>;
  readonly changes?: JobChanges;
  readonly signal?: AbortSignal;
}

/** All files below a folder by name, but for the store's own. */
export async function filesIn(folder: string, encoding: BufferEncoding = 'utf8'): Promise<Record<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const names = entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
  const visible = names.sort().filter((path) => !/\/\.batchline-manifest/.test(path));
  const contents = visible.map(async (path) => [path.slice(folder.length + 1), await readFile(path, encoding)]);
  return Object.fromEntries(await Promise.all(contents));
}
