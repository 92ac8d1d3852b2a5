import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { freePort, startServer } from './start-server.ts';

const bucket = 'batchline';
const [accessKeyId, secretAccessKey, region] = ['test', 'testsecret', 'us-east-1'];
const run = promisify(execFile);

/** A real S3 server with models and inputs on it, and `batchline local` in front. */
export interface Stage {
  /** What a client is given; its names begin with its own. */
  given(client: string): Given;
  /** All that the environment of a client says. */
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

export async function setStage(versitygw: string): Promise<Stage> {
  const folder = await mkdtemp(join(tmpdir(), 'batchline-clients-'));
  const servers: { stop(): Promise<void> }[] = [];
  const end = async () => {
    for (const server of servers.reverse()) await server.stop();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const s3 = await startS3(versitygw, folder);
    servers.push(s3);
    await writeStage(folder);
    const [expected] = await Promise.all([transformed(folder), upload(s3.url, join(folder, 'bucket'))]);
    const state = join(folder, 'state');
    const args = ['src/cli/main.ts', 'local', '--port', '0', '--state', state, '--s3-endpoint', s3.url];
    const local = await startServer([process.execPath, ...args], { PATH: process.env['PATH'] ?? '', ...keys });
    servers.push(local);
    return {
      given,
      env: { HOME: folder, AWS_ENDPOINT_URL: local.url, ...keys },
      url: local.url,
      folder,
      expected,
      end,
    };
  } catch (error) {
    await end();
    throw error;
  }
}

const keys = {
  AWS_ACCESS_KEY_ID: accessKeyId,
  AWS_SECRET_ACCESS_KEY: secretAccessKey,
  AWS_DEFAULT_REGION: region,
};

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

async function startS3(versitygw: string, folder: string) {
  const [data, meta] = [join(folder, 's3'), join(folder, 's3-meta')];
  await Promise.all([mkdir(data), mkdir(meta)]);
  const port = await freePort();
  const args = [
    '-q',
    '-a',
    accessKeyId,
    '-s',
    secretAccessKey,
    '-p',
    `127.0.0.1:${port}`,
    'posix',
    '--sidecar',
    meta,
    data,
  ];
  return await startServer([versitygw, ...args], {}, `http://127.0.0.1:${port}`);
}

/** What is on S3, in the folder `bucket`: models, and inputs of which some are good, some are not, and some take long. */
async function writeStage(folder: string): Promise<void> {
  const outlets = (await readFile('examples/flag-combo/data/outlets.jsonl', 'utf8')).split('\n');
  const lines = (from: number, to: number) =>
    outlets
      .slice(from, to)
      .map((line) => `${line}\n`)
      .join('');
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
  for (const [name, model] of [
    ['flag-combo', 'examples/flag-combo/model'],
    ['slow', join(folder, 'slow')],
  ] as const) {
    const archive = join(folder, 'bucket/models', name, 'model.tar.gz');
    await mkdir(dirname(archive), { recursive: true });
    await run('tar', ['-czf', archive, '-C', model, '.']);
  }
}

async function transformed(folder: string): Promise<Record<string, string>> {
  const output = join(folder, 'transformed');
  const where = ['--input', join(folder, 'bucket/in/good'), '--output', output, '--model', 'examples/flag-combo/model'];
  const like = ['--content-type', 'application/jsonlines', '--accept', 'application/jsonlines'];
  await run(process.execPath, ['src/cli/main.ts', 'transform', ...where, ...like]);
  return await filesBelow(output);
}

async function upload(endpoint: string, folder: string): Promise<void> {
  const s3 = new S3Client({ endpoint, region, forcePathStyle: true, credentials: { accessKeyId, secretAccessKey } });
  await s3.send(new CreateBucketCommand({ Bucket: bucket }));
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  for (const entry of entries.filter((found) => found.isFile())) {
    const path = join(entry.parentPath, entry.name);
    await s3.send(
      new PutObjectCommand({ Bucket: bucket, Key: path.slice(folder.length + 1), Body: await readFile(path) }),
    );
  }
  s3.destroy();
}

async function filesBelow(folder: string): Promise<Record<string, string>> {
  const names = (await readdir(folder)).sort();
  return Object.fromEntries(
    await Promise.all(names.map(async (name) => [name, await readFile(join(folder, name), 'utf8')])),
  );
}
