// The container that batchline replaces, at its best: bench/peers/flask.

import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { type Body, outletsBody } from '../bodies.ts';
import { LoadClient } from '../load.ts';
import { cacheDir, MB } from '../machine.ts';
import { hashingModel } from '../models.ts';
import type { Finding } from '../report.ts';
import { bundledServer, freePort, Server, startServer } from '../server.ts';
import { median, spread } from '../statistics.ts';

const rounds = 5;

export async function run(): Promise<Finding> {
  const body = await outletsBody();
  const model = await hashingModel();
  const servers = {
    batchline: await startServer({ entry: await bundledServer(), model, workers: 2 }),
    flask: await startFlask(model),
  };
  const client = new LoadClient();
  try {
    await Promise.all(Object.values(servers).map((server) => server.ready()));
    const agreed = await sameDecisions(servers, body);
    const batchline = { perCpuSecond: [] as number[], perSecond: [] as number[] };
    const flask = { perCpuSecond: [] as number[], perSecond: [] as number[] };
    for (let round = -1; round < rounds; round++) {
      for (const [server, found] of [
        [servers.batchline, batchline],
        [servers.flask, flask],
      ] as const) {
        const before = server.cpuSeconds();
        const { milliseconds } = await client.post(server.url, body);
        if (round < 0) continue;
        found.perCpuSecond.push(body.bytes / MB / (server.cpuSeconds() - before));
        found.perSecond.push((body.bytes / MB / milliseconds) * 1000);
      }
    }
    const ratios = batchline.perCpuSecond.map((value, i) => value / (flask.perCpuSecond[i] ?? Number.NaN));
    return {
      method:
        `The same hashed presence of words and pairs (2²⁰ columns, the same seeded weights), the same mini-batches over 4 connections ` +
        `in turn; one pass each to warm up, then ${rounds}. Every process of each server is counted. ` +
        `The first mini-batch's ${agreed} decisions agree to 1e-6. Median (least–most).`,
      header: ['server', 'MB per CPU-second', 'MB per second'],
      rows: [
        ['batchline, 2 workers', spread(batchline.perCpuSecond), spread(batchline.perSecond)],
        ['Flask, gunicorn, 2 sync workers', spread(flask.perCpuSecond), spread(flask.perSecond)],
        ['ratio', spread(ratios, 1), (median(batchline.perSecond) / median(flask.perSecond)).toFixed(1)],
      ],
      figures: [{ name: 'batchline/Flask per CPU-second', value: median(ratios), target: 2.5, better: 'higher' }],
    };
  } finally {
    client.close();
    await Promise.all(Object.values(servers).map((server) => server.stop()));
  }
}

async function startFlask(model: string): Promise<Server> {
  const venv = await cacheDir('flask');
  execFileSync('bench/peers/flask/install.sh', [venv], { stdio: 'inherit' });
  const port = await freePort();
  const child = spawn(join(venv, 'bin/gunicorn'), ['--log-level', 'warning', 'app:app'], {
    cwd: 'bench/peers/flask',
    env: {
      PATH: process.env['PATH'],
      PEER_PORT: String(port),
      PEER_MODEL: model,
      OMP_NUM_THREADS: '1',
      PYTHONDONTWRITEBYTECODE: '1',
    },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  return new Server(child, port);
}

interface Line {
  readonly id: string;
  readonly predicted_label: string;
  readonly raw_score: number;
}

/** How many decisions were compared: a fast server that decides otherwise would prove nothing. */
async function sameDecisions(servers: Record<'batchline' | 'flask', Server>, body: Body): Promise<number> {
  const head = await firstLines(body, 6 * MB);
  const decide = async (server: Server): Promise<Line[]> => {
    const reply = await fetch(`${server.url}/invocations`, {
      method: 'POST',
      headers: { 'content-type': body.contentType },
      body: head,
    });
    const text = await reply.text();
    assert.equal(reply.status, 200, text.slice(0, 500));
    return text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Line);
  };
  const [ours, theirs] = await Promise.all([decide(servers.batchline), decide(servers.flask)]);
  assert.equal(ours.length, theirs.length);
  for (const [i, line] of ours.entries()) {
    assert.deepEqual([line.id, line.predicted_label], [theirs[i]?.id, theirs[i]?.predicted_label]);
    assert.ok(
      Math.abs(line.raw_score - (theirs[i]?.raw_score ?? Number.NaN)) <= 1e-6,
      `${line.id}: ${line.raw_score} and ${theirs[i]?.raw_score}`,
    );
  }
  return ours.length;
}

async function firstLines(body: Body, bytes: number): Promise<Buffer<ArrayBuffer>> {
  const file = await open(body.file);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(bytes), 0, bytes, 0);
    return buffer.subarray(0, buffer.lastIndexOf(10, bytesRead - 1) + 1);
  } finally {
    await file.close();
  }
}
