import assert from 'node:assert/strict';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import type { LineageFile } from '../../../src/sagemaker/results/lineage-file.ts';
import { recordStart } from '../../../src/sagemaker/results/record-start.ts';
import { type SelectOptions, selectUnfinished } from '../../../src/sagemaker/resume/unfinished.ts';
import { openStores } from '../../../src/storage/open-store.ts';
import { before, during, type JobFolder, jobFolder, lineage, never, startTime } from '../results/job-folder.ts';

const fingerprint = 'model:settings';
const files = {
  'in/a': '1\n2\n',
  'in/b': '1\n',
  'in/deep/c': '1',
  'out/a.out': '1\n2\n',
  'out/b.out': '1\n',
  'out/deep/c.out': '1\n',
};

async function select(
  job: JobFolder,
  more: Partial<SelectOptions> = {},
): Promise<[finished: string[], unfinished: string[]]> {
  const options = { request: job.request(), openStore: openStores(), signal: never, fingerprint, ...more };
  const { finished, unfinished } = await selectUnfinished(options);
  return [finished.map(({ name }) => name), unfinished.map(({ name }) => name)];
}

describe('outputs that are in lineage.json', () => {
  it('are finished', async (t) => {
    const job = await jobFolder(t, files);
    await job.finish();
    assert.deepEqual(await select(job), [['a', 'b', 'deep/c'], []]);
  });

  const spoilings: [about: string, spoil: (job: JobFolder) => Promise<unknown>][] = [
    ['whose object changed', (job) => job.touch('in/b', new Date('2026-02-01'))],
    ['that changed', (job) => writeFile(join(job.folder, 'out/b.out'), '2\n')],
    ['that are gone', (job) => rm(join(job.folder, 'out/b.out'))],
  ];
  for (const [about, spoil] of spoilings) {
    it(`are not, ${about}`, async (t) => {
      const job = await jobFolder(t, files);
      await job.finish();
      await spoil(job);
      assert.deepEqual(await select(job), [['a', 'deep/c'], ['b']]);
    });
  }

  it('are not, of another model or other settings', async (t) => {
    const job = await jobFolder(t, files);
    await job.finish();
    assert.deepEqual(await select(job, { fingerprint: 'other:settings' }), [[], ['a', 'b', 'deep/c']]);
  });

  it('are not, of a job whose model is not known', async (t) => {
    const job = await jobFolder(t, files);
    await job.finish({ lineage: { batchline: '1' } });
    assert.deepEqual(await select(job), [[], ['a', 'b', 'deep/c']]);
  });

  it('are not, if they have too few lines', async (t) => {
    const job = await jobFolder(t, { ...files, 'out/a.out': '1\n' });
    await job.finish();
    assert.deepEqual(await select(job), [['b', 'deep/c'], ['a']]);
  });

  it('are needed of no empty object that had none', async (t) => {
    const job = await jobFolder(t, { 'in/a': '1\n', 'in/empty': '', 'out/a.out': '1\n' });
    await job.finish();
    assert.deepEqual(await select(job), [['a', 'empty'], []]);
  });
});

describe('outputs that nobody has written down', () => {
  it('are finished if they are newer than their objects and as long', async (t) => {
    const job = await jobFolder(t, { ...files, 'out/b.out': '', 'in/d': '1', 'in/e': '1\n', 'out/e.out': '1\n' });
    await job.touch('out/e.out', new Date('2025-01-01'));
    assert.deepEqual(await select(job), [
      ['a', 'deep/c'],
      ['b', 'd', 'e'],
    ]);
  });

  it('are not where lines cannot be counted, or not within the bound', async (t) => {
    const job = await jobFolder(t, files);
    assert.deepEqual(await select(job, { readBytes: 8 }), [['a'], ['b', 'deep/c']]);
    const request = job.request({ input: { SplitType: 'None' } });
    assert.deepEqual(await select(job, { request }), [[], ['a', 'b', 'deep/c']]);
  });

  it('are finished if the job that was begun is like this one, and older than they', async (t) => {
    const job = await jobFolder(t, files);
    const begin = { request: job.request(), openStore: openStores(), signal: never, lineage, now: startTime };
    await recordStart(begin);
    await job.touch('out/b.out', new Date('2026-03-01T11:59:00Z'));
    assert.deepEqual(await select(job), [['a', 'deep/c'], ['b']]);
    assert.deepEqual((await select(job, { fingerprint: 'other:settings' }))[0], []);
  });
});

describe('a resumed job', () => {
  it('is written down as the union', async (t) => {
    const job = await jobFolder(t, { ...files, 'out/errors.jsonl': '' });
    await job.finish();
    await rm(join(job.folder, 'out/b.out'));
    const options = { request: job.request(), openStore: openStores(), signal: never, fingerprint };
    const { finished } = await selectUnfinished(options);
    const later = { startTime: new Date('2026-03-02T12:00:00Z'), endTime: new Date('2026-03-02T12:01:00Z') };
    const request = job.request({ request: { TransformJobName: 'job-2' } });
    await recordStart({ ...options, request, lineage, finished, now: later.startTime });
    await writeFile(join(job.folder, 'out/b.out'), '1\n');
    await job.touch('out/b.out', new Date('2026-03-02T12:00:30Z'));
    // Also for whoever watches it without knowing that it resumes another one.
    for (const known of [{ finished }, {}]) {
      const outcome = await job.finish({
        request: { TransformJobName: 'job-2' },
        job: { name: 'job-2', ...later },
        ...known,
      });
      assert.deepEqual(
        outcome.objects.map(({ key, status, job: madeBy }) => [key, status, madeBy]),
        [
          ['a', 'Resumed', 'job-1'],
          ['b', 'Completed', 'job-2'],
          ['deep/c', 'Resumed', 'job-1'],
        ],
      );
      assert.deepEqual([outcome.status, outcome.records], ['Completed', 4]);
    }
    assert.equal((await job.json<LineageFile>('out/lineage.json')).objects.length, 3);
    assert.deepEqual(await select(job), [['a', 'b', 'deep/c'], []]);
  });

  it('is found by its name when somebody else watches it, with its model and its whole input', async (t) => {
    const job = await jobFolder(t, files);
    const begin = { request: job.request(), openStore: openStores(), signal: never, lineage, now: before };
    await recordStart(begin);
    const manifest = { S3DataType: 'ManifestFile', S3Uri: 'file:///none' } as const;
    await job.finish({ lineage: { batchline: '2' }, input: { DataSource: { S3DataSource: manifest } } });
    const written = await job.json<LineageFile>('out/lineage.json');
    assert.deepEqual([written.status, written.objects.length], ['Completed', 3]);
    assert.deepEqual(written.lineage, { ...lineage, batchline: '2' });
  });

  it('notes nothing where the job would score the note', async (t) => {
    const job = await jobFolder(t, files);
    const request = job.request({ output: { S3OutputPath: `file://${job.folder}/in/out` } });
    assert.equal(await recordStart({ request, openStore: openStores(), signal: never, lineage }), undefined);
  });

  it('is not, where lineage.json is somebody else’s', async (t) => {
    const job = await jobFolder(t, { ...files, 'out/lineage.json': '[]' });
    await assert.rejects(select(job), {
      code: 'INVALID_INPUT',
      message: /out\/lineage\.json: expected a lineage\.json of/,
    });
    await job.touch('out/lineage.json', during);
  });
});
