import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { crc32 } from 'node:zlib';
import { type Fault, type StubS3, stubS3 } from '../support/stub-s3.ts';
import { stubContainer } from '../transform/stub-container.ts';
import { type Ended, transform } from './command.ts';

const keys = {
  AWS_ACCESS_KEY_ID: 'test',
  AWS_SECRET_ACCESS_KEY: 'test-secret',
  AWS_REGION: 'us-east-1',
  AWS_CONFIG_FILE: '/nonexistent/config',
  AWS_SHARED_CREDENTIALS_FILE: '/nonexistent/credentials',
};
const mebibyte = 1024 * 1024;
/** Two parts of an upload, and a little. */
const large = `${'x'.repeat(99)}\n`.repeat(170_000);
const slowDown: Fault = { status: 503, code: 'SlowDown' };
const internal: Fault = { status: 500, code: 'InternalError' };
const denied: Fault = { status: 403, code: 'AccessDenied' };

describe('what S3 does wrong for a moment passes unseen', { concurrency: 3 }, () => {
  const cases: [about: string, faults: Record<string, Fault[]>][] = [
    ['500, 503 and a reset while it lists', { ListObjectsV2: [internal, slowDown, 'reset'] }],
    ['500, 503 and a reset before a body', { GetObject: [internal, slowDown, 'reset'] }],
    ['a reset in the middle of a body', { GetObject: [{ resetAt: 5 * mebibyte }, { resetAt: 1 }] }],
    ['a body that is cut off', { GetObject: [{ shortAt: 5 * mebibyte }] }],
    [
      '503 and a reset while it writes',
      { CreateMultipartUpload: [slowDown], UploadPart: ['reset', slowDown, internal] },
    ],
    ['answers that are lost', { UploadPart: ['lost'], CompleteMultipartUpload: ['lost'], PutObject: ['lost'] }],
  ];
  for (const [about, faults] of cases) {
    test(about, async (t) => {
      const stub = await stubS3(t);
      stub.put('bucket/in/large.csv', large);
      stub.put('bucket/in/small.csv', 'small\n');
      for (const [operation, list] of Object.entries(faults)) stub.fail(operation, ...list);
      const ended = await transformS3(t, stub);
      assert.equal(ended.status, 0, ended.stderr);
      assert.deepEqual(outputsOf(stub), ['large.csv.out', 'small.csv.out']);
      assert.equal(stub.objects.get('bucket/out/large.csv.out')?.body.toString(), large);
      assert.equal(stub.objects.get('bucket/out/small.csv.out')?.body.toString(), 'small\n');
      expectNothingLeft(stub, ended);
    });
  }
});

describe('what S3 refuses fails the object that it is about', { concurrency: 3 }, () => {
  const cases: [about: string, operation: string, fault: Fault, message: RegExp][] = [
    [
      '403 for an input',
      'GetObject',
      denied,
      /^failed: bucket\/in\/a\.csv: s3:\/\/bucket\/in\/a\.csv: GetObject failed: AccessDenied.*allow s3:ListBucket/m,
    ],
    [
      '403 for an output',
      'PutObject',
      denied,
      /^failed: bucket\/in\/a\.csv: s3:\/\/bucket\/out\/a\.csv\.out: PutObject failed: AccessDenied.*s3:PutObject/m,
    ],
    [
      'a damaged body',
      'GetObject',
      { corruptAt: 2 },
      /^failed: bucket\/in\/a\.csv: s3:\/\/bucket\/in\/a\.csv.*damaged/m,
    ],
  ];
  for (const [about, operation, fault, message] of cases) {
    test(about, async (t) => {
      const stub = await stubS3(t);
      for (const name of ['a', 'b']) putChecked(stub, `bucket/in/${name}.csv`, `${name}, and more\n`);
      stub.fail(operation, fault);
      const ended = await transformS3(t, stub, '--max-concurrent-transforms', '1');
      assert.equal(ended.status, 1, ended.stderr);
      assert.match(ended.stderr, message);
      assert.match(ended.stderr, /^Failed: 1 of 2 objects scored$/m);
      assert.deepEqual(outputsOf(stub), ['b.csv.out']);
      expectNothingLeft(stub, ended);
    });
  }

  test('403 for a part of an output: the upload is removed', async (t) => {
    const stub = await stubS3(t);
    stub.put('bucket/in/large.csv', large);
    stub.fail('UploadPart', denied);
    const ended = await transformS3(t, stub);
    assert.equal(ended.status, 1, ended.stderr);
    assert.match(
      ended.stderr,
      /^failed: bucket\/in\/large\.csv: s3:\/\/bucket\/out\/large\.csv\.out: UploadPart failed: AccessDenied/m,
    );
    assert.deepEqual(outputsOf(stub), []);
    expectNothingLeft(stub, ended);
  });
});

describe('what S3 refuses at once ends the command, with what to do', { concurrency: 2 }, () => {
  const refused: [about: string, status: number, uri: string, fault: Fault | undefined, message: RegExp][] = [
    [
      'no such bucket',
      2,
      's3://other/in/',
      undefined,
      /^batchline: s3:\/\/other.*NoSuchBucket.*create the bucket, or correct/m,
    ],
    [
      '403 while it lists',
      1,
      's3://bucket/in/',
      denied,
      /^batchline: s3:\/\/bucket\/in\/: ListObjectsV2 failed: AccessDenied.*allow/m,
    ],
  ];
  for (const [about, status, uri, fault, message] of refused) {
    test(about, async (t) => {
      const stub = await stubS3(t);
      stub.put('bucket/in/a.csv', 'a\n');
      if (fault) stub.fail('ListObjectsV2', fault);
      const { url } = await stubContainer(t);
      const args = ['--input', uri, '--output', 's3://bucket/out/', '--url', url.href];
      const ended = await transform(t, args, { env: { ...keys, AWS_ENDPOINT_URL_S3: stub.url } });
      assert.equal(ended.status, status, ended.stderr);
      assert.match(ended.stderr, message);
      expectNothingLeft(stub, ended);
    });
  }
});

async function transformS3(t: TestContext, stub: StubS3, ...more: string[]): Promise<Ended> {
  const { url } = await stubContainer(t);
  const args = [
    '--input',
    's3://bucket/in/',
    '--output',
    's3://bucket/out/',
    '--url',
    url.href,
    '--no-report',
    ...more,
  ];
  return await transform(t, args, { env: { ...keys, AWS_ENDPOINT_URL_S3: stub.url } });
}

function putChecked(stub: StubS3, path: string, body: string): void {
  const digest = Buffer.alloc(4);
  digest.writeUInt32BE(crc32(body));
  stub.put(path, body, { 'x-amz-checksum-crc32': digest.toString('base64') });
}

function outputsOf({ objects }: StubS3): string[] {
  const folder = 'bucket/out/';
  return [...objects.keys()]
    .filter((path) => path.startsWith(folder))
    .map((path) => path.slice(folder.length))
    .sort();
}

function expectNothingLeft(stub: StubS3, { left, stderr }: Ended): void {
  assert.deepEqual(left, []);
  assert.equal(stub.uploads.size, 0);
  assert.ok(!stderr.includes(keys.AWS_SECRET_ACCESS_KEY), stderr);
}
