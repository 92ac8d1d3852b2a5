import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Fault, stubS3 } from '../support/stub-s3.ts';
import { stubContainer } from '../transform/stub-container.ts';
import { transform } from './command.ts';

const keys = { AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test-secret', AWS_REGION: 'us-east-1' };
/** Of three parts. */
const large = `${'x'.repeat(99)}\n`.repeat(170_000);

/** Whatever the command waits for, Ctrl-C ends it within 5 s, and leaves nothing. */
describe('Ctrl-C', { concurrency: 3 }, () => {
  const unavailable = Array<Fault>(20).fill({ status: 503, code: 'ServiceUnavailable' });
  const cases: [about: string, faults: Record<string, Fault[]>, until: string][] = [
    ['while S3 does not answer a listing', { ListObjectsV2: ['silent'] }, 'ListObjectsV2'],
    ['while S3 is asked again', { GetObject: unavailable }, 'GetObject'],
    ['while a body stalls', { GetObject: [{ stallAt: 9_000_000 }] }, 'GetObject'],
    ['while S3 does not begin an upload', { CreateMultipartUpload: ['silent'] }, 'CreateMultipartUpload'],
    ['while a part of an upload is not taken', { UploadPart: ['silent', 'silent'] }, 'UploadPart'],
    [
      'while S3 answers nothing any more, the report neither',
      {
        GetObject: ['silent'],
        DeleteObject: Array<Fault>(9).fill('silent'),
        PutObject: Array<Fault>(9).fill('silent'),
      },
      'GetObject',
    ],
    ['while an upload is not completed', { CompleteMultipartUpload: ['silent'] }, 'CompleteMultipartUpload'],
  ];
  for (const [about, faults, until] of cases) {
    test(about, async (t) => {
      const stub = await stubS3(t);
      stub.put('bucket/in/large.csv', large);
      for (const [operation, list] of Object.entries(faults)) stub.fail(operation, ...list);
      const { url } = await stubContainer(t);
      const isThere = (): boolean => stub.requests.some((request) => request.startsWith(`${until} `));
      await interrupted(url, isThere, stub.url);
      assert.deepEqual([...stub.objects.keys()], ['bucket/in/large.csv']);
      assert.equal(stub.uploads.size, 0);

      async function interrupted(container: URL, when: () => boolean, endpoint: string): Promise<void> {
        const args = [
          '--input',
          's3://bucket/in/',
          '--output',
          's3://bucket/out/',
          '--url',
          container.href,
          '--no-report',
        ];
        let at = 0;
        const ended = await transform(t, args, {
          env: { ...keys, AWS_ENDPOINT_URL_S3: endpoint },
          during: async (child) => {
            while (!when() && child.exitCode === null) await sleep(5);
            await sleep(100);
            at = performance.now();
            child.kill('SIGINT');
          },
        });
        assert.equal(ended.status, 130, ended.stderr);
        assert.ok(performance.now() - at < 5000, `it took ${performance.now() - at} ms`);
        assert.deepEqual(ended.left, []);
      }
    });
  }
});
