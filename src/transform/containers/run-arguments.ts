import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What a container is run with, as arguments and variables of `docker run`. */
export interface RunArguments {
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  remove(): Promise<void>;
}

export interface RunOptions {
  readonly image: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Of the container, published on a free one of this machine's own address. */
  readonly port: number;
  readonly modelDir: string | undefined;
  readonly environment: Readonly<Record<string, string>>;
  /** More options of `docker run`, such as --gpus=all. */
  readonly more: readonly string[];
}

/**
 * As SageMaker runs an image: with the one argument `serve` in place of its CMD, and the model at /opt/ml/model, where it
 * cannot be changed. The user is the image's; SageMaker expects root, and an image that names another gets it there, too.
 * No value is among the arguments, which every user of the machine can read.
 */
export async function runArguments(options: RunOptions): Promise<RunArguments> {
  const { image, name, labels, port, modelDir, environment, more } = options;
  const folder = await mkdtemp(join(tmpdir(), 'batchline-env-'));
  const file = join(folder, 'env');
  // One variable a line. What has line breaks, which is rare, comes from the program's own environment instead, where
  // any name would do harm that means something to it, such as PATH.
  const entries = Object.entries(environment);
  const broken = entries.filter(([, value]) => /[\r\n]/.test(value));
  const lines = entries.filter(([, value]) => !/[\r\n]/.test(value)).map(([key, value]) => `${key}=${value}\n`);
  await writeFile(file, lines.join(''), { mode: 0o600 });
  return {
    args: [
      ...['run', '--detach', '--name', name],
      ...Object.entries(labels).flatMap(([key, value]) => ['--label', `${key}=${value}`]),
      ...['--publish', `127.0.0.1::${port}`, '--env-file', file],
      ...broken.flatMap(([key]) => ['--env', key]),
      ...(modelDir === undefined ? [] : ['--mount', mount(modelDir)]),
      ...more,
      ...[image, 'serve'],
    ],
    environment: Object.fromEntries(broken),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

/** The option's value is a line of CSV. */
function mount(modelDir: string): string {
  const source = `source=${modelDir}`;
  const field = /[",]/.test(source) ? `"${source.replaceAll('"', '""')}"` : source;
  return `type=bind,${field},target=/opt/ml/model,readonly`;
}
