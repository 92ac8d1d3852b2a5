import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { jobRequest, modelRequest, startLocal } from './local.ts';

async function page(url: string): Promise<{ status: number; html: string; headers: Headers }> {
  const response = await fetch(url);
  return { status: response.status, html: await response.text(), headers: response.headers };
}

const refresh = '<meta http-equiv="refresh" content="2">';

test('the overview shows jobs and models, and comes again while jobs are under way', async (t) => {
  const local = await startLocal(t, { concurrentJobs: 1 });
  const empty = await page(local.url);
  assert.match(empty.headers.get('content-type') ?? '', /^text\/html; charset=utf-8$/);
  assert.equal(empty.html.match(/None yet/g)?.length, 2);
  assert.match(empty.html, new RegExp(`AWS_ENDPOINT_URL=${local.url}<`));

  await local.ok('CreateModel', modelRequest('model-1'));
  for (const name of ['job-1', 'job-2']) await local.ok('CreateTransformJob', jobRequest(name));
  const run = local.runs.get('job-1');
  assert.ok(run);
  Object.assign(run.counters, { objects: 1, bytes: 430 });
  const miniBatch = { object: 'a', instance: 0, inputBytes: 430, outputBytes: 9, milliseconds: 5, reply: [] };
  run.options.observer?.onMiniBatch?.({ ...miniBatch, records: 1200, errorRecords: 3 });
  const busy = await page(local.url);
  assert.ok(busy.html.includes(refresh));
  assert.match(busy.html, /<title>\(2\) batchline local<\/title>/);
  assert.match(
    busy.html,
    /<a href="\/jobs\/job-1">job-1<\/a>.*<progress value="430" max="1000" aria-label="Progress of job-1">43 %/,
  );
  assert.match(busy.html, /1 of 4 objects.*>1,200<.*number bad">3</);
  assert.match(busy.html, /job-2<\/a>.*\(waiting\)/);
  assert.match(busy.html, />model-1<.*>batchline<.*>s3:\/\/b\/m\.tar\.gz</);

  run.end('Failed', 'ClientError: <script>alert(1)</script>');
  await local.until('job-1', 'Failed');
  await local.ok('StopTransformJob', { TransformJobName: 'job-2' });
  await local.until('job-2', 'Stopped');
  const quiet = await page(local.url);
  assert.ok(!quiet.html.includes(refresh) && !quiet.html.includes('<progress'));
  assert.match(quiet.html, /ClientError: &lt;script&gt;alert\(1\)/);
});

test('a job’s page shows its request, reason, logs and report, all escaped', async (t) => {
  const local = await startLocal(t);
  await local.ok('CreateModel', modelRequest('model-1'));
  await local.ok('CreateTransformJob', jobRequest('job-1', { Environment: { A: '<b>"\'&' } }));
  const run = local.runs.get('job-1');
  for (let i = 0; i < 120; i++) run?.options.observer?.onContainerLog?.(0, 'container-1', `line ${i} <i>`);
  const busy = await page(`${local.url}/jobs/job-1`);
  assert.ok(busy.html.includes(refresh));
  assert.match(busy.html, /&lt;b&gt;\\&quot;&#39;&amp;/);
  assert.match(busy.html, /the last 100 of 120 lines.*\n.*line 20 &lt;i&gt;\n[\s\S]*line 119/);
  assert.ok(!busy.html.includes('line 19 ') && !busy.html.includes('/report"'));
  assert.equal((await page(`${local.url}/jobs/job-1/report`)).status, 404);

  await mkdir(join(local.folder, 'reports/job-1'), { recursive: true });
  await writeFile(join(local.folder, 'reports/job-1/report.html'), '<p>report</p>');
  run?.end('Completed');
  await local.until('job-1', 'Completed');
  const done = await page(`${local.url}/jobs/job-1`);
  assert.match(done.html, /<a href="\/jobs\/job-1\/report">Report<\/a>/);
  const report = await page(`${local.url}/jobs/job-1/report`);
  assert.equal(report.html, '<p>report</p>');
  assert.match(report.headers.get('content-security-policy') ?? '', /^default-src 'none'; style-src 'unsafe-inline';/);
});

test('nothing but what is there is shown, and browsers are told what they may do', async (t) => {
  const local = await startLocal(t);
  for (const path of ['/jobs/none', '/jobs/%3Cb%3E', '/jobs/..%2f..%2flock', '/jobs/..%2f..%2flock/report']) {
    const { status, html } = await page(`${local.url}${path}`);
    assert.equal(status, 404, path);
    assert.match(html, /Not found/);
    assert.ok(!html.includes('<b>'));
  }
  const { headers } = await page(local.url);
  assert.match(
    headers.get('content-security-policy') ?? '',
    /^default-src 'none'; style-src 'self';.*frame-ancestors 'none'/,
  );
  assert.equal(headers.get('x-content-type-options'), 'nosniff');
  const style = await page(`${local.url}/style.css`);
  assert.match(style.headers.get('content-type') ?? '', /^text\/css/);
});

test('a report is opened for each job and written at its end; one that fails is told of in the log', async (t) => {
  const written: string[] = [];
  const seen: unknown[] = [];
  const note = (...args: unknown[]) => seen.push(args[0]);
  const local = await startLocal(t, {
    openReport: async ({ request }, folder) => ({
      listeners: {
        observer: {
          onMiniBatch: ({ inputBytes }) => note(inputBytes),
          onErrorLines: note,
          onRetry: note,
          onObject: ({ key }) => note(key),
          onDataLog: (_instance, line) => note(line),
          onContainerLog: (_instance, _container, line) => note(line),
        },
      },
      close: async (result) => {
        if (request.TransformJobName === 'bad') throw new Error('disk full');
        written.push(`${folder} ${result.status}`);
      },
    }),
  });
  await local.ok('CreateModel', modelRequest('model-1'));
  for (const name of ['good', 'bad']) await local.ok('CreateTransformJob', jobRequest(name));
  const miniBatch = { object: 'a', instance: 0, inputBytes: 7, outputBytes: 9, milliseconds: 5, reply: [] };
  const observer = local.runs.get('good')?.options.observer;
  observer?.onMiniBatch?.({ ...miniBatch, records: 5, errorRecords: 0 });
  observer?.onErrorLines?.([]);
  observer?.onRetry?.('object', 'timeout');
  observer?.onObject?.({ key: 'a', status: 'Completed', inputBytes: 7, outputBytes: 9, outputLines: 5 });
  observer?.onDataLog?.(0, 'data log');
  observer?.onContainerLog?.(0, 'container-1', 'container log');
  for (const name of ['good', 'bad']) local.runs.get(name)?.end('Completed');
  for (const name of ['good', 'bad']) await local.until(name, 'Completed');
  await local.close();
  assert.deepEqual(
    [written, seen],
    [[`${join(local.folder, 'reports/good')} Completed`], [7, [], 'object', 'a', 'data log', 'container log']],
  );
  const again = await startLocal(t, { folder: local.folder });
  assert.match((await page(`${again.url}/jobs/bad`)).html, /no report: disk full/);
  assert.match((await page(again.url)).html, />5</, 'its records');
});
