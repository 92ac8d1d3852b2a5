// A whole job from S3 to S3, beside the same job from files to files: what S3, and the runner itself, cost.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createReadStream, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { type S3Server, startVersitygw, withoutVersitygw } from '../../test/peers/support/versitygw.ts';
import { type Body, countLines, outletsBody } from '../bodies.ts';
import { MB } from '../machine.ts';
import { flagCombo } from '../models.ts';
import type { Finding } from '../report.ts';
import { median, spread } from '../statistics.ts';

const bytes = 1800 * MB;
const rounds = 3;

export async function run(): Promise<Finding | string> {
  if (withoutVersitygw) return withoutVersitygw;
  const body = await outletsBody(bytes);
  const folder = await mkdtemp(join(tmpdir(), 'batchline-bench-s3-'));
  const s3 = await startVersitygw(['bench']);
  const jobs = { files: [] as Measured[], s3: [] as Measured[] };
  try {
    const Body = createReadStream(body.file);
    await s3.client.send(new PutObjectCommand({ Bucket: 'bench', Key: 'in/x.jsonl', Body, ContentLength: body.bytes }));
    const records = await countLines(body.file);
    for (let round = 0; round < rounds; round++) {
      jobs.files.push(transform(body, { input: body.file, output: join(folder, 'out') }, s3, records, folder));
      jobs.s3.push(transform(body, { input: 's3://bench/in/', output: 's3://bench/out/' }, s3, records, folder));
    }
    const of = (way: keyof typeof jobs, value: (job: Measured) => number) => jobs[way].map(value);
    const row = (name: string, value: (job: Measured) => number) => [
      name,
      spread(of('files', value)),
      spread(of('s3', value)),
    ];
    const ratio = (value: (files: Measured, s3: Measured) => number) =>
      median(jobs.files.map((files, index) => value(files, jobs.s3[index] as Measured)));
    return {
      method:
        `${body.source}, ${(body.bytes / MB).toFixed(0)} MB in one object, flag_combo, by \`batchline transform --model\` with its own server ` +
        `(2 workers), in turn from files and from S3 to S3 (versitygw 1.8.0 on the same two cores), ${rounds} rounds; the time from the ` +
        `server's being ready to the output's being there. CPU seconds of the runner include its start; those of the S3 server are in ` +
        `neither. As many lines out as in. Median (least–most).`,
      header: ['', 'files', 'S3'],
      rows: [
        row('MB per second', ({ speed }) => speed),
        row("runner's CPU s", ({ runnerCpu }) => runnerCpu),
        row("server's CPU s", ({ serverCpu }) => serverCpu),
        row("runner's peak RSS, MB", ({ runnerPeak }) => runnerPeak),
        row("server's peak RSS, MB", ({ serverPeak }) => serverPeak),
      ],
      figures: [
        { name: 'S3 to S3/files', value: ratio((files, s) => s.speed / files.speed), target: 0.7, better: 'higher' },
        {
          name: "runner's peak RSS, S3 to S3",
          value: Math.max(...of('s3', ({ runnerPeak }) => runnerPeak)),
          target: 300,
          better: 'lower',
          unit: 'MB',
          digits: 0,
        },
        {
          name: "runner's CPU/server's, files",
          value: ratio((files) => files.runnerCpu / files.serverCpu),
          target: 0.3,
          better: 'lower',
        },
        {
          name: "runner's CPU/server's, S3 to S3",
          value: ratio((_, s) => s.runnerCpu / s.serverCpu),
          target: 0.3,
          better: 'lower',
        },
      ],
    };
  } finally {
    await s3.close();
    await rm(folder, { recursive: true });
    await rm(body.file);
  }
}

interface Measured {
  readonly speed: number;
  readonly runnerCpu: number;
  readonly serverCpu: number;
  readonly runnerPeak: number;
  readonly serverPeak: number;
}

interface Place {
  readonly input: string;
  readonly output: string;
}

function transform(body: Body, { input, output }: Place, s3: S3Server, records: number, folder: string): Measured {
  const report = join(folder, 'report');
  const { status, stderr } = spawnSync(
    process.execPath,
    [
      ...['src/cli/main.ts', 'transform', '--model', flagCombo, '--workers', '2', '--input', input, '--output', output],
      ...['--content-type', body.contentType, '--report', report],
    ],
    { env: { ...process.env, ...s3.environment }, encoding: 'utf8' },
  );
  assert.equal(status, 0, stderr);
  return measuredIn(report, records);
}

function measuredIn(report: string, records: number): Measured {
  const { totals, use } = JSON.parse(readFileSync(join(report, 'report.json'), 'utf8'));
  assert.equal(totals.outputLines, records);
  return {
    speed: totals.megabytesPerSecond,
    runnerCpu: use.runnerCpuSeconds,
    serverCpu: use.serverCpuSeconds,
    runnerPeak: use.runnerPeakBytes / MB,
    serverPeak: use.serverPeakBytes / MB,
  };
}
