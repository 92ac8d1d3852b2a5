import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { startVersitygw } from '../support/versitygw.ts';
import { startLocal } from './start-local.ts';

const bucket = 'batchline';
const run = promisify(execFile);

/** A real S3 server with models and inputs on it, and `batchline local` in front. */
export interface Stage {
  /** What a client is given; its names begin with its own. */
  given(client: string): Given;
  /** All that the environment of a client says: one address, keys and a region. */
  readonly env: Readonly<Record<string, string>>;
  readonly url: string;
  /** Files that go with the stage. */
  readonly folder: string;
  /** What `batchline transform` makes of the inputs `good`, by name of the output. */
  readonly expected: Readonly<Record<string, string>>;
  end(): Promise<void>;
}

export interface Given {
  readonly client: string;
  readonly bucket: string;
  readonly image: string;
  readonly role: string;
  readonly models: Readonly<Record<'model' | 'slow', string>>;
  readonly inputs: Readonly<Record<'good' | 'bad' | 'slow' | 'none', string>>;
  readonly output: string;
}

export async function setStage(): Promise<Stage> {
  const folder = await mkdtemp(join(tmpdir(), 'batchline-clients-'));
  const ends = [() => rm(folder, { recursive: true, force: true })];
  const end = async () => {
    for (const stop of ends.splice(0).reverse()) await stop();
  };
  try {
    const s3 = await startVersitygw([bucket]);
    ends.push(() => s3.close());
    await writeFiles(folder);
    const [expected] = await Promise.all([transformed(folder), upload(s3.client, join(folder, 'bucket'))]);
    const keys = withoutEndpoint(s3.environment);
    const local = await startLocal(
      ['--state', join(folder, 'state'), '--s3-endpoint', s3.url, '--concurrent-jobs', '4'],
      keys,
    );
    ends.push(() => local.stop());
    const env = { ...keys, AWS_DEFAULT_REGION: keys['AWS_REGION'] ?? '', AWS_ENDPOINT_URL: local.url, HOME: folder };
    return { given, env, url: local.url, folder, expected, end };
  } catch (error) {
    await end();
    throw error;
  }
}

function given(client: string): Given {
  const uri = (key: string) => `s3://${bucket}/${key}`;
  return {
    client,
    bucket,
    image: '123456789012.dkr.ecr.us-east-1.amazonaws.com/batchline:latest',
    role: 'arn:aws:iam::123456789012:role/batchline',
    models: { model: uri('models/flag-combo/model.tar.gz'), slow: uri('models/slow/model.tar.gz') },
    inputs: { good: uri('in/good/'), bad: uri('in/bad/'), slow: uri('in/slow/'), none: uri('in/none/') },
    output: uri('out'),
  };
}

/** What goes to S3, in the folder `bucket`: models, and inputs of which some are good, some are not, and some take long. */
async function writeFiles(folder: string): Promise<void> {
  const outlets = (await readFile('examples/flag-combo/data/outlets.jsonl', 'utf8')).split('\n');
  const lines = (from: number, to: number) => `${outlets.slice(from, to).join('\n')}\n`;
  const files = {
    'bucket/in/good/part-1.jsonl': lines(0, 250),
    'bucket/in/good/part-2.jsonl': `${lines(250, 400)}not JSON\n\n${lines(400, 600)}`,
    'bucket/in/bad/broken.jsonl': 'not JSON\n'.repeat(30),
    'bucket/in/bad/fine.jsonl': lines(0, 5),
    'bucket/in/slow/records.jsonl': '{}\n'.repeat(300),
    'slow/code/inference.mjs':
      'export const predict = async (batch) => { await new Promise((done) => setTimeout(done, 300)); return batch; };\n',
  };
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), content);
  }
  const models = { 'flag-combo': 'examples/flag-combo/model', slow: join(folder, 'slow') };
  for (const [name, model] of Object.entries(models)) {
    const archive = join(folder, 'bucket/models', name, 'model.tar.gz');
    await mkdir(dirname(archive), { recursive: true });
    await run('tar', ['-czf', archive, '-C', model, '.']);
  }
}

async function transformed(folder: string): Promise<Record<string, string>> {
  const output = join(folder, 'transformed');
  const where = ['--input', join(folder, 'bucket/in/good'), '--output', output, '--model', 'examples/flag-combo/model'];
  const like = ['--content-type', 'application/jsonlines', '--accept', 'application/jsonlines', '--no-report'];
  await run(process.execPath, ['src/cli/main.ts', 'transform', ...where, ...like]);
  const names = (await readdir(output)).filter((name) => name.endsWith('.out')).sort();
  return Object.fromEntries(
    await Promise.all(names.map(async (name) => [name, await readFile(join(output, name), 'utf8')])),
  ) as Record<string, string>;
}

async function upload(client: S3Client, folder: string): Promise<void> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  for (const entry of entries.filter((found) => found.isFile())) {
    const path = join(entry.parentPath, entry.name);
    const key = path.slice(folder.length + 1);
    await client.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: await readFile(path) }));
  }
}

function withoutEndpoint({
  AWS_ENDPOINT_URL_S3: _,
  ...keys
}: Readonly<Record<string, string>>): Record<string, string> {
  return keys;
}
