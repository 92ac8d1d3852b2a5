import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { temporaryFolder } from '../support/temporary-folder.ts';

interface Started {
  readonly child: ChildProcess;
  readonly url: string;
  said(): string;
}

function local(t: TestContext, args: readonly string[]): { child: ChildProcess; said(): string } {
  const child = spawn(process.execPath, ['src/cli/main.ts', 'local', ...args], { stdio: ['ignore', 'ignore', 'pipe'] });
  t.after(() => child.kill('SIGKILL'));
  let said = '';
  child.stderr?.on('data', (piece) => (said += piece));
  return { child, said: () => said };
}

async function started(t: TestContext, args: readonly string[]): Promise<Started> {
  const { child, said } = local(t, ['--port', '0', ...args]);
  for (const deadline = Date.now() + 60_000; ; await sleep(20)) {
    const url = /AWS_ENDPOINT_URL=(http:\/\/127\.0\.0\.1:\d+) /.exec(said())?.[1];
    if (url) return { child, url, said };
    assert.ok(Date.now() < deadline && child.exitCode === null, said());
  }
}

async function exit(child: ChildProcess): Promise<number | null> {
  if (child.exitCode === null) await once(child, 'exit');
  return child.exitCode;
}

async function call(url: string, operation: string, body: object): Promise<Described> {
  const headers = { 'X-Amz-Target': `SageMaker.${operation}` };
  const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
  const answer = JSON.parse((await response.text()) || '{}') as Described;
  assert.equal(response.status, 200, JSON.stringify(answer));
  return answer;
}

type Described = Record<string, unknown>;

async function until(url: string, job: string, isSo: (described: Described) => boolean): Promise<void> {
  for (const deadline = Date.now() + 60_000; ; await sleep(50)) {
    const described = await call(url, 'DescribeTransformJob', { TransformJobName: job });
    if (isSo(described)) return;
    assert.ok(Date.now() < deadline, JSON.stringify(described));
  }
}

function job(name: string, input: string, output: string): object {
  return {
    TransformJobName: name,
    ModelName: 'model-1',
    TransformInput: {
      DataSource: { S3DataSource: { S3DataType: 'S3Prefix', S3Uri: input } },
      ContentType: 'application/jsonlines',
      SplitType: 'Line',
    },
    TransformOutput: { S3OutputPath: output, Accept: 'application/jsonlines', AssembleWith: 'Line' },
    TransformResources: { InstanceType: 'ml.m5.large', InstanceCount: 1 },
  };
}

const slowModel = {
  'model/code/inference.mjs':
    'export const predict = async (batch) => { for (const { ms } of batch) await new Promise((done) => setTimeout(done, ms)); return batch; };\n',
  'in/a.jsonl': '{"ms":1}\n{"ms":2}\n',
  'slow/a.jsonl': '{"ms":60000}\n',
};

test('jobs of files run for real, with logs, a report and a page; a signal ends what is under way', async (t) => {
  const folder = await temporaryFolder(t, slowModel);
  const state = join(folder, 'state');
  const { child, url, said } = await started(t, ['--state', state, '--allow-files', '--region', 'eu-west-1']);
  assert.match(said(), /^batchline local: listening; jobs are kept in .*a page for browsers is at http/);
  const container = { Image: '1.dkr.ecr.eu-west-1.amazonaws.com/batchline:1', ModelDataUrl: join(folder, 'model') };
  await call(url, 'CreateModel', { ModelName: 'model-1', PrimaryContainer: container });
  const created = await call(url, 'CreateTransformJob', job('good', join(folder, 'in/'), join(folder, 'out')));
  assert.equal(created['TransformJobArn'], 'arn:aws:sagemaker:eu-west-1:000000000000:transform-job/good');
  await until(url, 'good', ({ TransformJobStatus: status }) => status === 'Completed');
  assert.equal(await readFile(join(folder, 'out/a.jsonl.out'), 'utf8'), '{"ms":1}\n{"ms":2}\n');
  const page = await (await fetch(`${url}/jobs/good`)).text();
  assert.match(page, /Records<\/dt><dd>2</);
  assert.match(page, /\[sagemaker logs\]: MaxConcurrentTransforms=\d+, MaxPayloadInMB=\d+, BatchStrategy=MULTI_RECORD/);

  await call(url, 'CreateTransformJob', job('slow', join(folder, 'slow/'), join(folder, 'out')));
  await until(url, 'slow', ({ TransformStartTime: started }) => started !== undefined);
  child.kill('SIGTERM');
  assert.equal(await exit(child), 143);
  assert.match(said(), /stopping; jobs that are under way become Failed/);

  const again = await started(t, ['--state', state]);
  const failed = await call(again.url, 'DescribeTransformJob', { TransformJobName: 'slow' });
  assert.equal(failed['TransformJobStatus'], 'Failed');
  assert.match(String(failed['FailureReason']), /batchline local was stopped/);
  assert.match(await (await fetch(`${again.url}/jobs/good/report`)).text(), /<title>/);
  again.child.kill('SIGINT');
  assert.equal(await exit(again.child), 130);
});

test('what is wrong with the command line is said', async (t) => {
  const state = await temporaryFolder(t);
  const cases: [args: string[], message: RegExp][] = [
    [['--port', '70000'], /--port.*Expected a whole number from 0 to 65535/],
    [['--account', '1'], /Expected twelve digits/],
    [['--s3-endpoint', 'localhost'], /Expected an address/],
    [['--assume', 'colour=red'], /--assume: expected NAME=VALUE/],
    [['--state', join(state, 'lock')], /--state .*lock: /],
  ];
  await started(t, ['--state', state]);
  const running = cases.map(async ([args, message]) => {
    const { child, said } = local(t, args);
    assert.equal(await exit(child), 2, said());
    assert.match(said(), message);
  });
  await Promise.all(running);
  const { child, said } = local(t, ['--state', state]);
  assert.equal(await exit(child), 2);
  assert.match(said(), /another batchline local \(process \d+\) keeps its jobs here/);
});
