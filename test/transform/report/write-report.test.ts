import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { ObjectResult } from '../../../src/transform/job.ts';
import { ReportCollector } from '../../../src/transform/report/collector.ts';
import { html } from '../../../src/transform/report/html.ts';
import { dataVersion } from '../../../src/transform/report/lineage.ts';
import { knownPrices } from '../../../src/transform/report/prices.ts';
import type { ReportInput } from '../../../src/transform/report/report-json.ts';
import { writeReport } from '../../../src/transform/report/write-report.ts';

const completed: ObjectResult = {
  key: 'a.jsonl',
  status: 'Completed',
  inputBytes: 2_000_000,
  output: '/out/a.jsonl.out',
  outputBytes: 100,
  outputLines: 4,
  records: 4,
  errorRecords: 1,
};
const failed: ObjectResult = {
  key: 'b.jsonl',
  status: 'Failed',
  reason: 'the container answered 400: no',
  inputBytes: 5,
  outputBytes: 0,
  outputLines: 0,
};

function input(objects: readonly ObjectResult[], more: Partial<ReportInput> = {}): ReportInput {
  const isFailed = objects.some(({ status }) => status === 'Failed');
  return {
    result: {
      status: isFailed ? 'Failed' : 'Completed',
      ...(isFailed ? { failureReason: 'ClientError: See job logs for more information' } : {}),
      objects,
      seconds: 2,
      miniBatches: 3,
      retries: 0,
      fingerprint: { model: 'aa', settings: 'bb' },
    },
    settings: {
      maxConcurrentTransforms: 1,
      maxPayloadInMB: 6,
      batchStrategy: 'MultiRecord',
      from: { maxConcurrentTransforms: 'default', maxPayloadInMB: 'container', batchStrategy: 'job' },
    },
    request: {
      TransformJobName: 'job-1',
      ModelName: 'm',
      TransformInput: { DataSource: { S3DataSource: { S3DataType: 'S3Prefix', S3Uri: 's3://b/in' } } },
      TransformOutput: { S3OutputPath: 's3://b/out' },
      TransformResources: { InstanceType: 'ml.m5.large', InstanceCount: 1 },
    },
    collected: new ReportCollector({ showRecords: false }).facts(),
    lineage: { batchline: '1.2.3', modelHash: 'aa', settingsHash: 'bb', dataVersion: 'cc' },
    use: { cores: 2, serverPeakBytes: 3e8 },
    prices: knownPrices,
    startedAt: new Date('2026-01-02T03:04:05Z'),
    ...more,
  };
}

function busyCollector(): ReportCollector {
  let now = 0;
  const collector = new ReportCollector({ showRecords: false, now: () => now });
  const lines = '{"predicted_label":"yes","probability":0.9}\n{"predicted_label":"<no>","probability":0.2}\n';
  for (now of [100, 700, 1500]) {
    const reply = [Buffer.from(lines)];
    const answered = { object: '<i>.jsonl', instance: 0, inputBytes: 1e6, outputBytes: 9, reply };
    collector.onMiniBatch({ ...answered, milliseconds: now, records: 3, errorRecords: 1 });
    const error = { object: '<i>.jsonl', line: 3, code: 'WRONG_TYPE', message: '<b>x</b>', offset: 0, sha256: '' };
    collector.onErrorLines([error]);
  }
  return collector;
}

describe('report.html', () => {
  test('says what became of the job', async () => {
    const { html: page } = await writeReport(input([completed, failed], { collected: busyCollector().facts() }));
    for (const text of [
      'job-1',
      'ClientError: See job logs',
      'the container answered 400: no',
      '1 of 2',
      'WRONG_TYPE',
      'ml.c5.2xlarge',
      'as of 2026-',
      'the container (/execution-parameters)',
      'Model hash',
      '1.2.3',
    ]) {
      assert.ok(page.includes(text), text);
    }
    assert.ok(page.indexOf('b.jsonl') < page.indexOf('a.jsonl'), 'failures come first');
    assert.equal(page.match(/<svg /g)?.length, 4);
  });

  test('is one file without scripts, and escapes what is not its own', async () => {
    const nasty = { ...completed, key: '<script>alert(1)</script>"\'&\u202e\u0000' };
    const { html: page } = await writeReport(input([nasty], { collected: busyCollector().facts() }));
    assert.doesNotMatch(page, /<script|<i>|<b>|<no>|javascript:|<link|<img|@import|url\(/);
    assert.doesNotMatch(page.replaceAll(/xmlns(:xlink)?="[^"]*"/g, ''), /https?:\/\//);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these must not be there
    assert.doesNotMatch(page, /[\u0000\u202e]/);
    assert.ok(page.includes('&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39;&amp;'));
  });

  test('has its tags in pairs', async () => {
    const { html: page } = await writeReport(input([completed, failed], { collected: busyCollector().facts() }));
    const open: string[] = [];
    for (const [, slash, name = '', rest = ''] of page.matchAll(/<(\/?)([a-zA-Z][a-zA-Z0-9]*)([^>]*)>/g)) {
      if (slash) assert.equal(open.pop(), name);
      else if (!['meta', 'path', 'line', 'rect', 'text'].includes(name) || !rest.endsWith('/')) {
        if (name !== 'meta') open.push(name);
      }
    }
    assert.deepEqual(open, []);
  });

  test('of a job without a record', async () => {
    const empty = { ...completed, inputBytes: 0, outputLines: 0, records: 0, errorRecords: 0 };
    const { html: page } = await writeReport(input([empty]));
    assert.doesNotMatch(page, /NaN|Infinity|undefined|<svg/);
  });

  test('of a job that no container was ready for', async () => {
    const job = input([]);
    const result = { ...job.result, status: 'Failed', failureReason: 'AlgorithmError: no ping' } as const;
    const { html: page, json } = await writeReport({ ...job, result, settings: undefined });
    assert.match(page, /AlgorithmError: no ping/);
    assert.doesNotMatch(page, /NaN|undefined|MaxPayloadInMB<\/td>/);
    assert.equal(json.settings, null);
  });

  test('of a container that does not count', async () => {
    const { records: _, errorRecords: __, ...uncounted } = completed;
    const { html: page, json } = await writeReport(input([uncounted]));
    assert.match(page, /<dt>Output lines<\/dt><dd>4/);
    assert.equal('records' in json.totals, false);
  });

  test('of ten thousand objects stays small', async () => {
    const objects = Array.from({ length: 10_000 }, (_, i) => ({ ...completed, key: `${'k'.repeat(1000)}${i}` }));
    const { html: page, json } = await writeReport(input([...objects, failed]));
    assert.ok(page.length < 100_000, `${page.length}`);
    assert.equal(json.objects.length, 1000);
    assert.equal(json.objectsLeftOut, 9001);
    assert.equal(json.objects[0]?.key, 'b.jsonl');
    assert.match(page, /and 9,951 more/);
  });
});

describe('report.json', () => {
  test('holds what the page shows', async () => {
    const { json } = await writeReport(input([completed, failed], { collected: busyCollector().facts() }));
    assert.deepEqual(json, JSON.parse(JSON.stringify(json)), 'nothing that JSON loses');
    assert.equal(json.status, 'Failed');
    assert.deepEqual([json.totals.records, json.totals.errorRecords, json.totals.megabytesPerSecond], [4, 1, 1]);
    assert.deepEqual(json.answers.labels, [
      { label: 'yes', count: 3 },
      { label: '<no>', count: 3 },
    ]);
    assert.equal(json.answers.scores[0]?.count, 6);
    assert.equal(json.latencyMs?.max, 1500);
    assert.equal(json.costs.estimates.length, knownPrices.instances.length);
    assert.equal(json.settings?.from.maxPayloadInMB, 'container');
    assert.equal(json.lineage.dataVersion, 'cc');
    assert.equal(json.use.serverPeakBytes, 3e8);
    assert.equal(json.startedAt, '2026-01-02T03:04:05.000Z');
  });
});

test('templates escape everything but HTML, and leave out what is undefined', () => {
  assert.equal(`${html`<p a="${'"'}">${['<', html`<b>${1}</b>`]}${undefined}</p>`}`, '<p a="&quot;">&lt;<b>1</b></p>');
});

test('the data version changes with names, etags and order', () => {
  const [a, b] = [
    { name: 'a', etag: '1' },
    { name: 'b', etag: '2' },
  ];
  const versions = [[a, b], [b, a], [a], [a, { ...b, etag: '3' }], []].map(dataVersion);
  assert.equal(new Set(versions).size, 5);
  assert.equal(dataVersion([a, b]), versions[0]);
});
