import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { after, before, describe, test } from 'node:test';
import { type Local, startLocal } from '../../peers/clients/start-local.ts';
import { startImageRegistry } from '../../sagemaker/image-registry.ts';
import { type StubS3, stubS3 } from '../../support/stub-s3.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

// The commands over stubs of S3 and of a registry, and `batchline local`; test/peers/launch*.test.ts has real ones.

describe('batchline launch', () => {
  let s3: StubS3;
  let local: Local;
  let file: string;
  let image: string;
  let env: Record<string, string>;
  const ends: (() => unknown)[] = [];

  before(async () => {
    const context = { after: (end: () => unknown) => ends.push(end) } as never;
    s3 = await stubS3(context);
    const folder = await temporaryFolder(context);
    const registry = await startImageRegistry();
    ends.push(registry.close);
    image = registry.image;
    const keys = {
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'not-to-be-seen',
      AWS_REGION: 'us-east-1',
      HOME: folder,
    };
    local = await startLocal(['--state', join(folder, 'state'), '--s3-endpoint', s3.url], keys);
    ends.push(() => local.stop());
    env = { ...keys, AWS_ENDPOINT_URL: local.url, AWS_ENDPOINT_URL_S3: s3.url };
    const outlets = await readFile('examples/flag-combo/data/outlets.jsonl', 'utf8');
    s3.put('bucket/in/a.jsonl', `${outlets.split('\n').slice(0, 40).join('\n')}\nnot JSON\n`);
    const example = await readFile('examples/flag-combo/launch.yaml', 'utf8');
    file = join(folder, 'launch.yaml');
    const changed = example
      .replace('region: eu-west-1\n', '')
      .replace('model: model', `model: ${resolve('examples/flag-combo/model')}`)
      .replaceAll('my-bucket', 'bucket')
      .replace('123456789012', '000000000000') // batchline local's
      .replace('/outlets/', '/in/');
    await writeFile(file, changed);
  });
  after(async () => {
    for (const end of ends.reverse()) await end();
  });

  test('goes from image to report, and then finds everything there', async () => {
    const first = await launch('--file', file, '--image', image, '--poll', '1', '--debug');
    assert.equal(first.status, 0, first.stderr);
    const job = first.stdout.trim();
    assert.match(job, /^flag-combo-[0-9a-f]{12}-\d{14}-[0-9a-f]{6}$/);
    assert.match(first.stderr, /archive s3:\/\/bucket\/models\/flag-combo\/[0-9a-f]{64}\/model\.tar\.gz: uploaded\n/);
    assert.match(first.stderr, /model flag-combo-[0-9a-f]{12}: created\n/);
    assert.match(first.stderr, /sagemaker:CreateTransformJob: done, \d+ ms\n/);
    assert.match(first.stderr, /records {6}41, of which 1 are error lines\n/);
    assert.equal(first.stderr.includes('not-to-be-seen'), false);
    const written = [...s3.objects.keys()]
      .filter((key) => key.startsWith('bucket/scored/'))
      .map((key) => key.slice(14));
    assert.deepEqual(written.sort(), ['a.jsonl.out', 'errors.jsonl', 'lineage.json', 'report.html', 'report.json']);

    const events = (await launch('--file', file, '--image', image, '--json', '--resume', '--cleanup')).stdout
      .trim()
      .split('\n');
    const told = events.map((line) => JSON.parse(line) as Record<string, unknown>);
    const found = Object.fromEntries(told.map((event) => [event['event'], event]));
    assert.deepEqual([found['archive']?.['uploaded'], found['model']?.['created']], [false, false]);
    assert.match(String(found['note']?.['message']), /^--resume: 1 of 1 object with a valid output: nothing is left/);
    assert.deepEqual([told.at(-1)?.['event'], told.at(-1)?.['status']], ['done', 'Completed']);

    const watched = await launch('watch', job, '--poll', '1', '--logs', '--json');
    assert.equal(watched.status, 0, watched.stderr);
    assert.match(watched.stdout, /"event":"log"/);
    assert.match(watched.stdout, /"event":"done".*"status":"Completed"/);
    const stopped = await launch('stop', job);
    assert.equal(stopped.status, 0, stopped.stderr);
  });

  test('an S3 that fails now and then doubles nothing and loses nothing', async () => {
    const before = s3.objects.get('bucket/scored/a.jsonl.out')?.body.toString();
    for (const operation of ['ListObjectsV2', 'GetObject', 'PutObject', 'HeadObject', 'CreateMultipartUpload']) {
      s3.fail(operation, { status: 503, code: 'SlowDown' }, 'reset', 'lost');
    }
    const ended = await launch('--file', file, '--image', image, '--poll', '1', '--set', 'name=shaken');
    assert.equal(ended.status, 0, ended.stderr);
    assert.equal(s3.objects.get('bucket/scored/a.jsonl.out')?.body.toString(), before);
    assert.equal([...s3.objects.keys()].filter((key) => key.startsWith('bucket/models/shaken/')).length, 1);
    assert.equal(s3.uploads.size, 0);
  });

  test('step by step, and as a plan', async () => {
    const given = ['--file', file, '--set', `image=${image}`, '--set', 'name=steps'];
    const planned = await launch(...given, '--dry-run');
    assert.match(planned.stdout, /2\. sagemaker\.CreateModel\n[\s\S]*estimate: 1 × ml\.m5\.2xlarge/);
    const events = await launch(...given, '--dry-run', '--json');
    assert.match(events.stdout, /"event":"plan".*"call":"sagemaker\.CreateTransformJob"/);
    assert.match((await launch('job', ...given)).stderr, /run `batchline launch model` first/);
    assert.match((await launch('image', ...given)).stdout, /@sha256:[0-9a-f]{64}\n$/);
    assert.match((await launch('image', ...given, '--json')).stdout, /"event":"done".*"result":"127/);
    const model = await launch('model', ...given, '--no-network-isolation');
    assert.match(model.stdout, /^steps-[0-9a-f]{12}\n$/);
    const job = await launch('job', ...given, '--no-wait', '--set', 'CreateModel.EnableNetworkIsolation=false');
    assert.equal(job.stdout.startsWith(model.stdout.trim()), true, job.stderr);
  });

  test('scripts/deploy is the launch of a release pipeline, from wherever it is called', async () => {
    const args = ['launch.yaml', '--image', image, '--dry-run'];
    const where = { cwd: dirname(file), env: { ...env, PATH: process.env['PATH'] } };
    const child = spawn(resolve('scripts/deploy'), args, { ...where, stdio: ['ignore', 'pipe', 'pipe'] });
    const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
    assert.equal(child.exitCode, 0, stderr);
    assert.match(stdout, /^\{"time":[^\n]*"event":"done"[^\n]*\}\n$/m);
  });

  test('policies and the template need no AWS', async () => {
    const nothing = { HOME: env['HOME'] ?? '' };
    const template = await launch('iam', '--file', file, { env: nothing });
    assert.match(template.stdout, /^AWSTemplateFormatVersion/);
    for (const policy of ['execution-role', 'trust', 'deployer']) {
      const printed = await launch('iam', '--file', file, '--print', policy, '--region', 'us-east-1', { env: nothing });
      assert.equal(JSON.parse(printed.stdout).Version, '2012-10-17');
    }
    const regionless = await launch('iam', '--file', file, '--print', 'trust', { env: nothing });
    assert.equal(regionless.status, 2);
    assert.match(regionless.stderr, /no region: expected "region" in the launch file/);
    const set = ['--set', 'CreateModel={}', '--region', 'us-east-1'];
    const nobody = await launch('iam', '--file', file, ...set, '--print', 'trust', { env: nothing });
    assert.match(nobody.stderr, /--account: expected the 12 digits/);
  });

  const wrong: [name: string, args: string[], status: number, says: RegExp][] = [
    ['no file', ['--file', 'gone.yaml'], 2, /gone\.yaml: cannot be read/],
    ['no step of that name', ['imgae'], 2, /too many arguments|unknown command/],
    ['no job of that name', ['watch', 'no-such-job'], 2, /no-such-job/],
    [
      'a resumed launch of shards',
      ['job', '--resume', '--set', 'shard=auto'],
      2,
      /--resume is not for a launch with shard: auto/,
    ],
  ];
  for (const [name, args, status, says] of wrong) {
    test(`${name}: exit status ${status}`, async () => {
      const given = args[0] === 'job' ? [...args, '--file', file, '--set', 'CreateTransformJob.ModelName=model'] : args;
      const ended = await launch(...given);
      assert.match(ended.stderr, says);
      assert.equal(ended.status, status);
    });
  }

  test('no credentials: exit status 2, and the remedy', async () => {
    const { HOME = '' } = env;
    const ended = await launch('--file', file, '--region', 'us-east-1', {
      env: { HOME, AWS_EC2_METADATA_DISABLED: 'true' },
    });
    assert.match(ended.stderr, /set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE/);
    assert.equal(ended.status, 2);
  });

  async function launch(...given: (string | { readonly env: Record<string, string> })[]) {
    const args = given.filter((each) => typeof each === 'string');
    const changed = given.find((each) => typeof each !== 'string');
    const child = spawn(process.execPath, ['src/cli/main.ts', 'launch', ...args], {
      env: { PATH: process.env['PATH'], NODE_V8_COVERAGE: process.env['NODE_V8_COVERAGE'], ...(changed?.env ?? env) },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
    return { status: child.exitCode, stdout, stderr };
  }
});
