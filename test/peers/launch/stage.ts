import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { CreateRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import { DeleteObjectCommand, GetObjectCommand, ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3';
import { startLocal } from '../clients/start-local.ts';
import { type FaultyAws, startFaultyAws } from '../support/aws-faults.ts';
import { type Moto, startMoto, withoutMoto } from '../support/moto.ts';
import { region, type S3Server, startVersitygw, withoutVersitygw } from '../support/versitygw.ts';

/** Why nothing can be launched here; false if it can. */
export const withoutStage: string | false = withoutVersitygw || withoutMoto;

export const buckets = { models: 'batchline-models', data: 'batchline-data' } as const;
export const role = 'arn:aws:iam::123456789012:role/batchline-job';

/** AWS as a launch sees it: moto for STS, IAM and ECR, `batchline local` for SageMaker and its logs, a real S3 server. */
export interface Stage {
  readonly aws: FaultyAws;
  readonly s3: S3Server;
  readonly moto: Moto;
  readonly folder: string;
  /** Of a child process. */
  readonly environment: Readonly<Record<string, string>>;
  /** A launch file of the bundled example, with changes. @returns its path */
  launchFile(changes: {
    readonly name?: string;
    readonly more?: string;
    readonly input?: string;
    readonly output: string;
  }): Promise<string>;
  put(key: string, content: Buffer | string): Promise<void>;
  remove(key: string): Promise<void>;
  /** An operation of SageMaker's, behind the faults. */
  call(operation: string, body: object): Promise<Record<string, unknown>>;
  /** Bytes by what follows the prefix. */
  objectsBelow(prefix: string, bucket?: string): Promise<Record<string, string>>;
  launch(args: readonly string[], more?: LaunchOptions): Promise<Launched>;
  close(): Promise<void>;
}

export interface LaunchOptions {
  readonly environment?: Readonly<Record<string, string>>;
  /** Told every line of stdout; may send signals. */
  readonly onEvent?: (event: Event, child: { kill(signal: NodeJS.Signals): void }) => void;
}

export interface Event {
  readonly event: string;
  readonly message: string;
  readonly [detail: string]: unknown;
}

export interface Launched {
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  readonly status: number | null;
  readonly events: readonly Event[];
  readonly stdout: string;
  readonly stderr: string;
  event(name: string): Event | undefined;
}

/** @param localEnvironment of `batchline local`; may use the stage's folder */
export async function setStage(
  localOptions: readonly string[] = [],
  localEnvironment: (folder: string) => Promise<Readonly<Record<string, string>>> = async () => ({}),
): Promise<Stage> {
  const folder = await mkdtemp(join(tmpdir(), 'batchline-launch-'));
  const s3 = await startVersitygw(Object.values(buckets));
  const moto = await startMoto();
  const { AWS_ENDPOINT_URL_S3: s3Url = '', ...keys } = s3.environment;
  const options = [
    '--state',
    join(folder, 'state'),
    '--s3-endpoint',
    s3.url,
    '--concurrent-jobs',
    '4',
    ...localOptions,
  ];
  const local = await startLocal(options, { ...keys, HOME: folder, ...(await localEnvironment(folder)) });
  const aws = await startFaultyAws({
    sagemaker: local.url,
    logs: local.url,
    ecr: moto.url,
    sts: moto.url,
    iam: moto.url,
  });
  await createRole(moto);
  const environment = { ...keys, ...aws.environment, AWS_ENDPOINT_URL_S3: s3Url, HOME: folder };
  const put: Stage['put'] = async (Key, Body) => {
    await s3.client.send(new PutObjectCommand({ Bucket: buckets.data, Key, Body }));
  };
  return {
    aws,
    s3,
    moto,
    folder,
    environment,
    put,
    async remove(Key) {
      await s3.client.send(new DeleteObjectCommand({ Bucket: buckets.data, Key }));
    },
    async call(operation, body) {
      const headers = { 'Content-Type': 'application/x-amz-json-1.1', 'X-Amz-Target': `SageMaker.${operation}` };
      const response = await fetch(local.url, { method: 'POST', headers, body: JSON.stringify(body) });
      return (await response.json()) as Record<string, unknown>;
    },
    launchFile: (changes) => writeLaunchFile(folder, changes),
    objectsBelow: (prefix, bucket = buckets.data) => objectsBelow(s3, prefix, bucket),
    launch: (args, more) => launch(args, environment, more),
    async close() {
      await Promise.all([local.stop(), aws.close(), moto.close(), s3.close()]);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function createRole(moto: Moto): Promise<void> {
  const client = new IAMClient({ endpoint: moto.url, region, credentials: { accessKeyId: 'a', secretAccessKey: 'b' } });
  const statement = { Effect: 'Allow', Principal: { Service: 'sagemaker.amazonaws.com' }, Action: 'sts:AssumeRole' };
  const AssumeRolePolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
  await client.send(new CreateRoleCommand({ RoleName: 'batchline-job', AssumeRolePolicyDocument }));
  client.destroy();
}

/** The example's file with our buckets. */
async function writeLaunchFile(folder: string, changes: Parameters<Stage['launchFile']>[0]): Promise<string> {
  const { name = 'flag-combo', more = '', input = 'outlets/', output } = changes;
  const example = await readFile('examples/flag-combo/launch.yaml', 'utf8');
  const changed = example
    .replace('name: flag-combo', `name: ${name}\n${more}`)
    .replace('eu-west-1', region)
    .replace('model: model', `model: ${resolve('examples/flag-combo/model')}`)
    .replace('s3://my-bucket/models/', `s3://${buckets.models}/archives/`)
    .replace('arn:aws:iam::123456789012:role/batchline', role)
    .replace('s3://my-bucket/outlets/', `s3://${buckets.data}/${input}`)
    .replace('s3://my-bucket/scored/', `s3://${buckets.data}/${output}`);
  const file = join(folder, `launch-${name}-${output.replaceAll('/', '-')}.yaml`);
  await writeFile(file, changed);
  return file;
}

async function objectsBelow(s3: S3Server, Prefix: string, Bucket: string): Promise<Record<string, string>> {
  const { Contents = [] } = await s3.client.send(new ListObjectsV2Command({ Bucket, Prefix }));
  const objects = Contents.map(async ({ Key = '' }) => {
    const { Body } = await s3.client.send(new GetObjectCommand({ Bucket, Key }));
    return [Key.slice(Prefix.length), await (Body as { transformToString(): Promise<string> }).transformToString()];
  });
  return Object.fromEntries(await Promise.all(objects)) as Record<string, string>;
}

async function launch(
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
  { environment: more = {}, onEvent }: LaunchOptions = {},
): Promise<Launched> {
  const env = { PATH: process.env['PATH'], ...environment, ...more };
  const startedAt = Date.now();
  const child = spawn(process.execPath, ['src/cli/main.ts', 'launch', ...args], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let rest = '';
  child.stdout.on('data', (piece: Buffer) => {
    const lines = (rest + piece.toString()).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) if (onEvent && line.startsWith('{"time":')) onEvent(JSON.parse(line) as Event, child);
  });
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  const events = stdout
    .split('\n')
    .filter((line) => line.startsWith('{"time":'))
    .map((line) => JSON.parse(line) as Event);
  const event = (name: string) => events.findLast((each) => each.event === name);
  return { startedAt, status: child.exitCode, events, stdout, stderr, event };
}
