import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { buffer, text } from 'node:stream/consumers';
import { after, before, describe, it } from 'node:test';
import { promisify } from 'node:util';
import {
  GetObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { type ContainerName, containers, handlerOf } from '../scenarios/containers.ts';
import { jobs } from '../scenarios/jobs.ts';
import { inputsOf, requestOf, type Scenario } from '../scenarios/scenario.ts';
import { startStubs } from '../scenarios/start-containers.ts';
import { lacks, peerProgram } from './clients/run-client.ts';
import { startLocal } from './clients/start-local.ts';
import { stubDocker } from './clients/stub-docker.ts';
import { type S3Server, startVersitygw, withoutVersitygw } from './support/versitygw.ts';

const bucket = 'jobs';
const run = promisify(execFile);
const names = Object.keys(containers) as ContainerName[];
const handlers = names.filter((name) => handlerOf(name) !== undefined);
const role = 'arn:aws:iam::123456789012:role/batchline';

describe('the jobs of the conformance run, from S3 to S3', { skip: withoutVersitygw, concurrency: 2 }, () => {
  let s3: S3Server;
  let folder: string;
  const ends: (() => unknown)[] = [];

  before(async () => {
    s3 = await startVersitygw([bucket]);
    folder = await mkdtemp(join(tmpdir(), 'batchline-conformance-'));
    ends.push(
      () => s3.close(),
      () => rm(folder, { recursive: true, force: true }),
    );
    for (const name of handlers) await put(`models/${slug(name)}.tar.gz`, await archiveOf(name));
    for (const [number, scenario] of jobs.entries()) {
      for (const [key, body] of inputsOf(scenario, rootOf(number))) await put(`${number}/${key}`, body);
    }
  });
  after(async () => {
    for (const end of ends.reverse()) await end();
  });

  describe('through batchline local, by boto3', { skip: lacks('awscli') }, () => {
    let found: Readonly<Record<string, End>>;
    before(async () => {
      found = await runByBoto3();
    });
    for (const [number, scenario] of jobs.entries()) {
      it(scenario.name, async () => {
        const end = found[jobName(number)];
        expectEnd(scenario, end);
        if (end?.status === 'Refused') assert.equal(end.code, 'ValidationException');
        assert.deepEqual(await objectsBelow(`out-local/${number}/`), latin1(scenario.outputs));
      });
    }
    it('leaves no upload unfinished', async () => assert.deepEqual(await uploadsBelow('out-local/'), []));
  });

  describe('through batchline transform', { concurrency: 2 }, () => {
    let urls: ReadonlyMap<ContainerName, URL>;
    before(async () => {
      const stubs = await startStubs();
      ends.push(stubs.close);
      urls = stubs.urls;
    });
    for (const [number, scenario] of jobs.entries()) {
      it(scenario.name, async () => {
        expectEnd(scenario, await runByCommand(number, scenario, urls.get(scenario.container)));
        assert.deepEqual(await objectsBelow(`out-command/${number}/`), latin1(scenario.outputs));
      });
    }
    it('leaves no upload unfinished', async () => assert.deepEqual(await uploadsBelow('out-command/'), []));
  });

  async function runByBoto3(): Promise<Readonly<Record<string, End>>> {
    const stubs = await startStubs();
    ends.push(stubs.close);
    const ports = Object.fromEntries([...stubs.urls].map(([name, { port }]) => [slug(name), port]));
    const docker = await stubDocker(join(folder, 'docker'), ports);
    const { AWS_ENDPOINT_URL_S3: _, ...keys } = s3.environment;
    const PATH = [docker, process.env['PATH']].join(delimiter);
    const options = ['--state', join(folder, 'state'), '--s3-endpoint', s3.url, '--concurrent-jobs', '4'];
    const local = await startLocal([...options, '--assume', 'first-retry-seconds=0.001'], { ...keys, PATH });
    ends.push(() => local.stop());
    const env = { ...keys, PATH, AWS_DEFAULT_REGION: 'us-east-1', AWS_ENDPOINT_URL: local.url, HOME: folder };
    const client = spawn(peerProgram('awscli'), ['test/peers/clients/conformance.py'], { env, stdio: 'pipe' });
    client.stdin.end(JSON.stringify({ models: names.map(modelOf), jobs: jobs.map(requestForLocal), seconds: 300 }));
    const [said, complaints] = await Promise.all([text(client.stdout), text(client.stderr), once(client, 'close')]);
    const report = /^REPORT (.*)$/m.exec(said)?.[1];
    assert.ok(report, `conformance.py: ${said}${complaints}`);
    return JSON.parse(report) as Record<string, End>;
  }

  async function runByCommand(number: number, scenario: Scenario, url: URL | undefined): Promise<End> {
    const model = slug(scenario.container);
    const output = `s3://${bucket}/out-command/${number}/`;
    const request = requestOf(scenario, { job: jobName(number), model, root: rootOf(number), output });
    const file = join(folder, `${number}.json`);
    await writeFile(file, JSON.stringify(request));
    const container = url ? ['--url', url.href] : ['--model', `s3://${bucket}/models/${model}.tar.gz`];
    const args = ['transform', '--job', file, ...container, '--no-report', '--json'];
    const ended = await batchline([...args, '--assume', 'first-retry-seconds=0.001']);
    if (ended.status === 2) return { status: 'Refused', reason: ended.stderr.replace(/^batchline: /, '') };
    const { status, failureReason = '' } = JSON.parse(ended.stdout) as { status: string; failureReason?: string };
    assert.equal(ended.status, status === 'Completed' ? 0 : 1, ended.stderr);
    return { status, reason: failureReason };
  }

  async function batchline(
    args: readonly string[],
  ): Promise<{ status: number | null; stdout: string; stderr: string }> {
    const env = { PATH: process.env['PATH'], ...s3.environment };
    const child = spawn(process.execPath, ['src/cli/main.ts', ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
    return { status: child.exitCode, stdout, stderr };
  }

  async function archiveOf(name: ContainerName): Promise<Buffer> {
    const model = join(folder, slug(name));
    await mkdir(join(model, 'code'), { recursive: true });
    await writeFile(join(model, 'code/inference.mjs'), handlerOf(name) ?? '');
    await run('tar', ['-czf', `${model}.tar.gz`, '-C', model, '.']);
    return await readFile(`${model}.tar.gz`);
  }

  async function put(Key: string, Body: Buffer): Promise<void> {
    await s3.client.send(new PutObjectCommand({ Bucket: bucket, Key, Body }));
  }

  async function objectsBelow(prefix: string): Promise<Record<string, string>> {
    const { Contents = [] } = await s3.client.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix }));
    const contents = Contents.map(async ({ Key = '' }) => {
      const { Body } = await s3.client.send(new GetObjectCommand({ Bucket: bucket, Key }));
      return [Key.slice(prefix.length), (await buffer(Body as NodeJS.ReadableStream)).toString('latin1')];
    });
    return Object.fromEntries(await Promise.all(contents)) as Record<string, string>;
  }

  async function uploadsBelow(Prefix: string): Promise<unknown[]> {
    return (await s3.client.send(new ListMultipartUploadsCommand({ Bucket: bucket, Prefix }))).Uploads ?? [];
  }
});

interface End {
  readonly status: string;
  readonly reason: string;
  /** Of an error of the API. */
  readonly code?: string;
}

function expectEnd({ status = 'Completed', reason: [start, ...parts] = [''] }: Scenario, end: End | undefined): void {
  assert.equal(end?.status, status, end?.reason);
  assert.equal(end.reason.slice(0, start.length), start);
  for (const part of parts) assert.ok(end.reason.includes(part), `expected "${part}" in "${end.reason}"`);
}

function modelOf(name: ContainerName) {
  const archive = { Image: 'batchline:latest', ModelDataUrl: `s3://${bucket}/models/${slug(name)}.tar.gz` };
  const PrimaryContainer = handlerOf(name) === undefined ? { Image: slug(name) } : archive;
  return { ModelName: slug(name), PrimaryContainer, ExecutionRoleArn: role };
}

function requestForLocal(scenario: Scenario, number: number) {
  const output = `s3://${bucket}/out-local/${number}/`;
  return requestOf(scenario, { job: jobName(number), model: slug(scenario.container), root: rootOf(number), output });
}

function rootOf(number: number): string {
  return `s3://${bucket}/${number}/`;
}

function jobName(number: number): string {
  return `job-${number}`;
}

/** A name that models and images may have. */
function slug(name: ContainerName): string {
  return `stub-${name.toLowerCase().replaceAll(' ', '-')}`;
}

function latin1(outputs: Scenario['outputs']): Record<string, string> {
  return Object.fromEntries(Object.entries(outputs).map(([key, body]) => [key, Buffer.from(body).toString('latin1')]));
}
