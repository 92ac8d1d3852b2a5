import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import { outcomeText } from '../../../src/sagemaker/results/finish-job.ts';
import type { LaunchReport } from '../../../src/sagemaker/results/launch-report.ts';
import type { LineageFile } from '../../../src/sagemaker/results/lineage-file.ts';
import { openStores } from '../../../src/storage/open-store.ts';
import { readEntries } from '../../../src/transform/retry-errors/read-entries.ts';
import { before, type Changes, during, endTime, errorLine, jobFolder, never, startTime } from './job-folder.ts';

const inputs = { 'in/a.jsonl': '{"a":1}\nno\n{"a":3}\n', 'in/deep/b.jsonl': '{"b":1}\n{"b":2}' };
const outputs = {
  'out/a.jsonl.out': `{"x":1}\n${errorLine(2)}{"x":3}\n`,
  'out/deep/b.jsonl.out': '{"x":1}\n{"x":2}\n',
};

describe('a job that completed', () => {
  it('has all outputs, with as many lines as their objects', async (t) => {
    const job = await jobFolder(t, { ...inputs, ...outputs });
    const outcome = await job.finish();
    assert.equal(outcome.status, 'Completed');
    assert.deepEqual([outcome.missing, outcome.mismatched, outcome.records, outcome.errorRecords], [0, 0, 5, 1]);
    assert.deepEqual(outcome.problems, []);
    assert.deepEqual(
      outcome.objects.map(({ key, status, inputLines, outputLines, errorRecords, job: madeBy }) => [
        key,
        status,
        inputLines,
        outputLines,
        errorRecords,
        madeBy,
      ]),
      [
        ['a.jsonl', 'Completed', 3, 3, 1, 'job-1'],
        ['deep/b.jsonl', 'Completed', 2, 2, 0, 'job-1'],
      ],
    );
    const names = ['errors.jsonl', 'lineage.json', 'report.json', 'report.html'];
    assert.deepEqual(
      outcome.files,
      names.map((name) => `file://${job.folder}/out/${name}`),
    );
    assert.deepEqual(
      job.events.map(({ event, details }) => [event, details?.['uri']]),
      outcome.files.map((uri) => ['written', uri]),
    );
  });

  it('has its error lines in errors.jsonl, as `transform --retry-errors` reads them', async (t) => {
    const job = await jobFolder(t, { ...inputs, ...outputs });
    await job.finish();
    const entries = await readEntries(`file://${job.folder}/out/errors.jsonl`, openStores(), never);
    const sha256 = createHash('sha256').update('no').digest('hex');
    const entry = { object: 'a.jsonl', line: 2, code: 'INVALID_JSON', message: 'no JSON', offset: 8, sha256 };
    assert.deepEqual([...entries], [['a.jsonl', [entry]]]);
  });

  it('costs what its instances cost from start to end', async (t) => {
    const job = await jobFolder(t, { ...inputs, ...outputs });
    assert.deepEqual((await job.finish()).cost, {
      amount: 0.115,
      currency: 'USD',
      billedSeconds: 3600,
      perHour: 0.115,
    });
    const unknown = await job.finish({ request: { TransformResources: { InstanceType: 'ml.x', InstanceCount: 1 } } });
    assert.equal(unknown.cost, undefined);
    assert.match(unknown.problems.join(), /the price of ml\.x is not in the list/);
    assert.equal((await job.finish({ job: { startTime: undefined } })).cost, undefined);
  });

  it('is written down in lineage.json', async (t) => {
    const job = await jobFolder(t, { ...inputs, ...outputs });
    await job.finish();
    const { objects, ...facts } = await job.json<LineageFile>('out/lineage.json');
    assert.equal(facts.status, 'Completed');
    assert.deepEqual(facts.job, { name: 'job-1', startTime: startTime.toISOString(), endTime: endTime.toISOString() });
    assert.equal(facts.fingerprint, 'model:settings');
    assert.match(facts.dataVersion ?? '', /^[0-9a-f]{64}$/);
    assert.equal(facts.lineage.image, 'registry/batchline@sha256:abc');
    assert.deepEqual(facts.request, job.request());
    const [a] = objects;
    assert.ok(a?.inputEtag && a.outputEtag);
    assert.deepEqual(
      { ...a, inputEtag: '', outputEtag: '' },
      {
        name: 'a.jsonl',
        status: 'Completed',
        inputEtag: '',
        output: `file://${job.folder}/out/a.jsonl.out`,
        outputEtag: '',
        outputBytes: outputs['out/a.jsonl.out'].length,
        lines: 3,
        errorRecords: 1,
        job: 'job-1',
        fingerprint: 'model:settings',
      },
    );
  });

  it('tells how far reading has come, if it takes long', async (t) => {
    const job = await jobFolder(t, { ...inputs, ...outputs });
    await job.finish({ progressMs: 0 });
    const last = job.events.findLast(({ event }) => event === 'progress');
    assert.match(last?.message ?? '', /^reading the outputs of 2 objects: 0\.0 MB of 0\.0 MB$/);
    assert.deepEqual(Object.keys(last?.details ?? {}), ['readBytes', 'totalBytes', 'objects']);
  });

  it('may be finished again, and finds the same', async (t) => {
    const job = await jobFolder(t, { ...inputs, ...outputs });
    const first = await job.finish();
    const lineage = await job.text('out/lineage.json');
    assert.deepEqual(await job.finish(), first);
    assert.equal(await job.text('out/lineage.json'), lineage);
  });

  it('leaves no errors.jsonl of an earlier run where there are no error lines', async (t) => {
    const job = await jobFolder(t, { 'in/a': '1\n', 'out/a.out': '1\n', 'out/errors.jsonl': '{}\n' });
    assert.deepEqual((await job.finish()).files.length, 3);
    assert.deepEqual((await readdir(join(job.folder, 'out'))).sort(), [
      'a.out',
      'lineage.json',
      'report.html',
      'report.json',
    ]);
  });
});

describe('outputs that are wrong', () => {
  const cases: [
    about: string,
    files: Record<string, string>,
    expected: { missing?: number; mismatched?: number; reason: RegExp },
  ][] = [
    [
      'a missing one',
      { 'out/a.jsonl.out': '' },
      { missing: 1, mismatched: 1, reason: /deep\/b\.jsonl|3 lines|has 0 lines, expected 3/ },
    ],
    [
      'a short one',
      { ...outputs, 'out/a.jsonl.out': '{"x":1}\n' },
      { mismatched: 1, reason: /has 1 line, expected 3/ },
    ],
    [
      'a long one',
      { ...outputs, 'out/deep/b.jsonl.out': '1\n2\n3\n' },
      { mismatched: 1, reason: /has 3 lines, expected 2/ },
    ],
  ];
  for (const [about, files, { missing = 0, mismatched = 0, reason }] of cases) {
    it(`make a Completed job Failed: ${about}`, async (t) => {
      const job = await jobFolder(t, { ...inputs, ...files });
      const outcome = await job.finish();
      assert.equal(outcome.status, 'Failed');
      assert.deepEqual([outcome.missing, outcome.mismatched], [missing, mismatched]);
      assert.match(outcome.failureReason ?? '', reason);
      assert.match(outcomeText(outcome), /^failed: .*\n/);
      assert.equal((await job.json<LineageFile>('out/lineage.json')).status, 'Failed');
    });
  }

  it('are outputs that are older than the job', async (t) => {
    const job = await jobFolder(t, { ...inputs, ...outputs });
    await job.touch('out/a.jsonl.out', before);
    const outcome = await job.finish();
    assert.equal(outcome.missing, 1);
    assert.match(
      outcome.failureReason ?? '',
      /1 of 2 objects without an output: a\.jsonl: .*was written 2026-03-01T11:00:00\.000Z, before the job began at 2026-03-01T12:00:00\.500Z/,
    );
    assert.equal(outcome.objects[0]?.outputEtag, undefined);
  });

  it('are not outputs of the second in which the job began', async (t) => {
    const job = await jobFolder(t, { ...inputs, ...outputs });
    await job.touch('out/a.jsonl.out', new Date('2026-03-01T12:00:00Z'));
    assert.equal((await job.finish()).status, 'Completed');
  });

  it('may have other numbers of lines where the container does not answer line for line', async (t) => {
    const job = await jobFolder(t, { 'in/a': '1\n2\n', 'out/a.out': '[1,2]\n' });
    const outcome = await job.finish({ linesMayDiffer: true });
    assert.deepEqual([outcome.status, outcome.mismatched, outcome.objects[0]?.status], ['Completed', 1, 'Completed']);
  });
});

describe('outputs of nested keys, of which it is not documented how they are named', () => {
  const cases: [about: string, names: Record<string, string>][] = [
    ['after the end of the key', { 'in/deep/b': 'b' }],
    ['with a folder of the prefix', { 'in/deep/b': 'in/deep/b' }],
  ];
  for (const [about, names] of cases) {
    it(`are found ${about}`, async (t) => {
      const files = Object.entries(names).map(([input, output]) => [
        [input, '1\n'],
        [`out/${output}.out`, '1\n'],
      ]);
      const job = await jobFolder(t, { 'in/a': '1\n', 'out/a.out': '1\n', ...Object.fromEntries(files.flat()) });
      const outcome = await job.finish();
      assert.deepEqual([outcome.status, outcome.missing], ['Completed', 0]);
      assert.match(
        outcome.problems.join(),
        /^deep\/b: the output has another name than expected: file:.*\/out\/.*b\.out$/,
      );
    });
  }

  it('are not found where two objects could have the name', async (t) => {
    const job = await jobFolder(t, { 'in/x/a': '1\n', 'in/y/a': '1\n', 'out/a.out': '1\n' });
    assert.equal((await job.finish()).missing, 2);
  });
});

describe('what cannot be compared is not', () => {
  const short = { 'in/a': '1\n2\n3\n', 'out/a.out': '1\n' };
  const cases: [about: string, files: Record<string, string | Uint8Array>, changes: Changes][] = [
    ['SplitType None', short, { input: { SplitType: 'None' } }],
    ['AssembleWith None', short, { output: { AssembleWith: 'None' } }],
    ['inputs beyond the bound', short, { readBytes: 4 }],
    ['blank lines that the service drops', { 'in/a': '1\n\n \r\n\r\n2', 'out/a.out': '1\n \n2\n' }, {}],
    ['blank lines that it sends', { 'in/a': '1\n\n2\n', 'out/a.out': '1\n{}\n2\n' }, {}],
    [
      'what is behind gzip',
      { 'in/a': gzipSync('1\n2\n'), 'out/a.out': '1\n2\n' },
      { input: { CompressionType: 'Gzip' } },
    ],
    ['an empty object without an output', { 'in/a': '1\n', 'in/b': '', 'out/a.out': '1\n' }, {}],
    ['an empty object with one', { 'in/b': '', 'out/b.out': '' }, {}],
  ];
  for (const [about, files, changes] of cases) {
    it(about, async (t) => {
      const outcome = await (await jobFolder(t, files)).finish(changes);
      assert.deepEqual([outcome.status, outcome.missing, outcome.mismatched], ['Completed', 0, 0]);
    });
  }
});

describe('a job that failed or was stopped', () => {
  const explanation = {
    causes: [{ what: 'A record is too large.', remedy: 'Raise MaxPayloadInMB.', evidence: 'ClientError: 413' }],
    objects: [{ object: 'deep/b.jsonl', lines: ['ClientError: 413', 'too large'] }],
  };
  for (const status of ['Failed', 'Stopped'] as const) {
    it(`says which objects have an output: ${status}`, async (t) => {
      const job = await jobFolder(t, { ...inputs, 'out/a.jsonl.out': outputs['out/a.jsonl.out'] });
      const failureReason = 'ClientError: See job logs for more information';
      const outcome = await job.finish({ job: { status, failureReason }, explanation });
      assert.deepEqual([outcome.status, outcome.failureReason, outcome.missing], [status, failureReason, 1]);
      const [a, b] = outcome.objects;
      assert.deepEqual([a?.status, b?.status, b?.reason], ['Completed', status, 'ClientError: 413\ntoo large']);
      assert.match(
        outcomeText(outcome),
        /1 of 2 objects with an output[\s\S]*To go on: the same command with --resume\.\n$/,
      );
      const report = await job.json<LaunchReport>('out/report.json');
      assert.deepEqual([report.causes, report.totals.completed], [explanation.causes, 1]);
      assert.match(await job.text('out/report.html'), /Raise MaxPayloadInMB\./);
    });
  }

  it('has nothing at all', async (t) => {
    const outcome = await (await jobFolder(t, inputs)).finish({ job: { status: 'Failed', startTime: undefined } });
    assert.deepEqual([outcome.status, outcome.missing, outcome.files.length], ['Failed', 2, 3]);
  });
});

describe('inputs that changed', () => {
  it('after the job began are left out if they have no output', async (t) => {
    const job = await jobFolder(t, { ...inputs, ...outputs, 'in/late.jsonl': '1\n' });
    await job.touch('in/late.jsonl', during);
    const outcome = await job.finish();
    assert.deepEqual([outcome.status, outcome.objects.length], ['Completed', 2]);
    assert.match(outcome.problems.join(), /^late\.jsonl: put there after the job began/);
  });

  it('after the job began make lines and records that cannot be told', async (t) => {
    const job = await jobFolder(t, { ...inputs, ...outputs });
    await job.touch('in/a.jsonl', during);
    const outcome = await job.finish();
    assert.equal(outcome.status, 'Completed');
    assert.equal(outcome.objects[0]?.inputEtag, undefined);
    assert.match(outcome.problems.join(), /^a\.jsonl: written again after the job began/);
    assert.ok(!outcome.files.some((uri) => uri.endsWith('errors.jsonl')));
  });

  it('and are gone leave what was written before', async (t) => {
    const job = await jobFolder(t, { ...inputs, ...outputs });
    await job.finish();
    const lineage = await job.text('out/lineage.json');
    await rm(join(job.folder, 'in'), { recursive: true });
    await mkdir(join(job.folder, 'in'));
    const outcome = await job.finish();
    assert.match(outcome.problems.join(), /No S3 objects found/);
    assert.equal(await job.text('out/lineage.json'), lineage);
    assert.match(await job.text('out/errors.jsonl'), /INVALID_JSON/);
  });
});

describe('an output path within the input prefix', () => {
  const cases: [about: string, uri: string, output: string, files: string[]][] = [
    ['a sibling that shares the prefix', 'in', 'in-scored/', ['in/a', 'in/b']],
    ['a folder of it', 'in/', 'in/scored', ['in/a', 'in/b']],
    ['the very same', 'in/', 'in/', ['in/a', 'in/b']],
  ];
  for (const [about, uri, path, files] of cases) {
    it(about, async (t) => {
      const folder = path.endsWith('/') ? path : `${path}/`;
      const made = Object.fromEntries(files.map((name) => [`${folder}${name.slice('in/'.length)}.out`, '1\n']));
      const job = await jobFolder(t, { ...Object.fromEntries(files.map((name) => [name, '1\n'])), ...made });
      for (const name of Object.keys(made)) await job.touch(name, during);
      const changes = (): Changes => ({
        input: { DataSource: { S3DataSource: { S3DataType: 'S3Prefix', S3Uri: `file://${job.folder}/${uri}` } } },
        output: { S3OutputPath: `file://${job.folder}/${path}` },
      });
      for (let time = 0; time < 2; time += 1) {
        const outcome = await job.finish(changes());
        assert.match(outcome.problems.join(), /is among the inputs/);
        assert.deepEqual(
          [outcome.status, outcome.objects.map(({ key }) => key.split('/').at(-1))],
          ['Completed', ['a', 'b']],
        );
      }
    });
  }
});

describe('more than is to be read', () => {
  it('is a sample, and says so', async (t) => {
    const long = `{"x":1}\n${errorLine(2)}`.repeat(500);
    const job = await jobFolder(t, {
      'in/a': '1\n'.repeat(1000),
      'out/a.out': long,
      'in/b': '1\n',
      'out/b.out': '1\n',
    });
    const outcome = await job.finish({
      readBytes: 5000,
      job: { counted: { records: 1001, errors: 500, requests: 3 } },
    });
    assert.deepEqual([outcome.status, outcome.records, outcome.errorRecords], ['Completed', 1001, 500]);
    const [a, b] = outcome.objects;
    assert.deepEqual([a?.outputLines, a?.inputLines, b?.outputLines], [undefined, undefined, 1]);
    assert.match(outcome.problems.join(), /beginnings were read: lines of 1 output were not counted/);
    const found = (await job.text('out/errors.jsonl')).trimEnd().split('\n').length;
    assert.ok(found > 20 && found < 100, String(found));
  });

  it('is not counted where nobody knows', async (t) => {
    const job = await jobFolder(t, { 'in/a': '1\n', 'out/a.out': '1\n' });
    const outcome = await job.finish({ input: { SplitType: 'None' } });
    assert.deepEqual(
      [outcome.records, outcome.errorRecords, outcome.objects[0]?.outputLines],
      [undefined, undefined, 1],
    );
    const joined = await job.finish({ request: { DataProcessing: { JoinSource: 'Input' } } });
    assert.deepEqual([joined.records, joined.errorRecords], [1, undefined]);
    assert.match(joined.problems.join(), /joined or filtered/);
  });
});

describe('what fails while finishing', () => {
  it('is a problem, and keeps nothing else from being written', async (t) => {
    const job = await jobFolder(t, {
      ...inputs,
      ...outputs,
      'out/report.json/x': '',
      'out/errors.jsonl/x': '',
      'out/lineage.json': '{}',
    });
    const outcome = await job.finish();
    assert.equal(outcome.status, 'Completed');
    const problems = outcome.problems.join('\n');
    assert.match(problems, /errors\.jsonl was not written/);
    assert.match(problems, /report\.json was not written/);
    assert.match(problems, /lineage\.json: expected a lineage\.json of batchline/);
    assert.deepEqual(
      outcome.files.map((uri) => uri.split('/').at(-1)),
      ['lineage.json', 'report.html'],
    );
  });

  it('is said of an output that cannot be read', async (t) => {
    const job = await jobFolder(t, { ...inputs, ...outputs });
    const stores = openStores();
    const openStore = (uri: string): ReturnType<typeof stores> => {
      const { store, key } = stores(uri);
      const read: typeof store.read = (object, options) => {
        if (object.key.endsWith('a.jsonl.out')) throw new Error('not today');
        return store.read(object, options);
      };
      return { store: { ...store, read }, key };
    };
    const outcome = await job.finish({ openStore });
    assert.deepEqual([outcome.status, outcome.objects[0]?.outputLines], ['Completed', undefined]);
    assert.match(outcome.problems.join(), /^a\.jsonl: could not be read, so its lines were not counted: not today/);
  });

  it('ends with the signal', async (t) => {
    const job = await jobFolder(t, { ...inputs, ...outputs });
    const reason = new Error('enough');
    await assert.rejects(job.finish({ signal: AbortSignal.abort(reason) }), reason);
  });
});
