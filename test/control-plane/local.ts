import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { type ControlPlaneOptions, controlPlane } from '../../src/control-plane/control-plane.ts';
import { listen } from '../../src/control-plane/listen.ts';
import { defaultAssumptions } from '../../src/transform/assumptions.ts';
import { type JobCounters, type JobResult, newCounters } from '../../src/transform/job.ts';
import type { PrepareTransformRun, TransformRunOptions } from '../../src/transform/transform-run.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

export type Json = Record<string, unknown>;

/** A job of the fake runner: it runs until it is told how to end, or its signal aborts. */
export interface FakeRun {
  readonly options: TransformRunOptions;
  readonly counters: JobCounters;
  readonly started: boolean;
  end(status: JobResult['status'], failureReason?: string): void;
  crash(error: Error): void;
}

export interface Local {
  readonly url: string;
  readonly folder: string;
  readonly notes: string[];
  /** By the job's name. */
  readonly runs: Map<string, FakeRun>;
  /** The reply of an operation, its status and its parsed body; `{}` for an empty one. */
  call(operation: string, body?: unknown, service?: string): Promise<{ status: number; body: Json; headers: Headers }>;
  /** The body of a call that must succeed. */
  ok(operation: string, body?: unknown, service?: string): Promise<Json>;
  /** The code and message of a call that must fail, `Code: message`. */
  error(operation: string, body?: unknown, service?: string): Promise<string>;
  status(job: string): Promise<unknown>;
  until(job: string, status: string): Promise<void>;
  close(): Promise<void>;
}

/** batchline local on a free port, with a runner that does what the test says. */
export async function startLocal(t: TestContext, given: Partial<ControlPlaneOptions> = {}): Promise<Local> {
  const folder = given.folder ?? (await temporaryFolder(t));
  const runs = new Map<string, FakeRun>();
  const notes: string[] = [];
  const plane = controlPlane({
    prepare: fakePrepare(runs),
    startContainer: () => Promise.reject(new Error('not here')),
    openStore: fakeStores,
    assumptions: defaultAssumptions,
    account: { account: '000000000000', region: 'us-east-1' },
    s3Endpoint: undefined,
    ownImages: [],
    concurrentJobs: 2,
    allowFiles: false,
    onNote: (note) => notes.push(note),
    ...given,
    folder,
  });
  const server = await listen(plane.app, '127.0.0.1', 0);
  let closing: Promise<void> | undefined;
  const close = () => (closing ??= plane.close().then(() => server.close()));
  t.after(close);
  const url = `http://127.0.0.1:${server.port}`;
  return { url, folder, notes, runs, close, ...caller(url) };
}

function caller(url: string) {
  const call: Local['call'] = async (operation, body = {}, service = 'SageMaker') => {
    const headers = { 'Content-Type': 'application/x-amz-json-1.1', 'X-Amz-Target': `${service}.${operation}` };
    const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
    const text = await response.text();
    assert.ok(text === '' || text.startsWith('{'), `JSON, received ${text}`);
    return { status: response.status, body: JSON.parse(text || '{}') as Json, headers: response.headers };
  };
  const ok: Local['ok'] = async (...args) => {
    const { status, body } = await call(...args);
    assert.equal(status, 200, JSON.stringify(body));
    return body;
  };
  const error: Local['error'] = async (...args) => {
    const { status, body, headers } = await call(...args);
    assert.ok(status >= 400, `${args[0]} should have failed`);
    assert.equal(headers.get('x-amzn-errortype'), body['__type']);
    return `${body['__type']}: ${body['message']}`;
  };
  const status = async (job: string) =>
    (await ok('DescribeTransformJob', { TransformJobName: job }))['TransformJobStatus'];
  const until = async (job: string, expected: string) => {
    for (const deadline = Date.now() + 5000; (await status(job)) !== expected; await sleep(5)) {
      if (Date.now() > deadline) assert.equal(await status(job), expected);
    }
  };
  return { call, ok, error, status, until };
}

/** Every bucket has every object, but for those with `missing` in their names. */
export function fakeStores(uri: string): ReturnType<ControlPlaneOptions['openStore']> {
  const [, bucket = '', key = ''] = /^s3:\/\/([^/]+)\/(.*)$/.exec(uri) ?? assert.fail(uri);
  const head = async () => (key.includes('missing') ? undefined : { key, bytes: 1, etag: 'x', metadata: {} });
  const other = () => assert.fail('not here');
  return { key, store: { root: `s3://${bucket}/`, head, list: other, read: other, create: other, remove: other } };
}

function fakePrepare(runs: Map<string, FakeRun>): PrepareTransformRun {
  return async (options) => {
    const ending = Promise.withResolvers<JobResult>();
    const counters = newCounters();
    const run = {
      options,
      counters,
      started: false,
      end: (status: JobResult['status'], failureReason?: string) =>
        ending.resolve({ ...noResult, status, ...(failureReason === undefined ? {} : { failureReason }) }),
      crash: ending.reject,
    };
    runs.set(options.request.TransformJobName, run);
    return {
      objects: 4,
      bytes: 1000,
      inputs: [],
      counters,
      run(signal) {
        run.started = true;
        signal.addEventListener('abort', () => run.end('Stopped'));
        return ending.promise;
      },
    };
  };
}

/** A result but for its status. */
export const noResult: Omit<JobResult, 'status'> = {
  objects: [],
  seconds: 1,
  miniBatches: 0,
  retries: 0,
  fingerprint: { model: '', settings: '' },
};

export function modelRequest(
  name: string,
  container: Json = { Image: 'batchline', ModelDataUrl: 's3://b/m.tar.gz' },
): Json {
  return { ModelName: name, ExecutionRoleArn: 'arn:aws:iam::000000000000:role/batchline', PrimaryContainer: container };
}

export function jobRequest(name: string, more: Json = {}): Json {
  return {
    TransformJobName: name,
    ModelName: 'model-1',
    TransformInput: { DataSource: { S3DataSource: { S3DataType: 'S3Prefix', S3Uri: 's3://b/in/' } } },
    TransformOutput: { S3OutputPath: 's3://b/out' },
    TransformResources: { InstanceType: 'ml.m5.xlarge', InstanceCount: 1 },
    ...more,
  };
}
