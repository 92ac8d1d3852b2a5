// From the start of the process to the first 200 on /ping.
import { mkdtemp, rm } from 'node:fs/promises';
import { get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { flagCombo } from '../models.ts';
import type { Finding } from '../report.ts';
import { bundledServer, startServer } from '../server.ts';
import { median, spread } from '../statistics.ts';

const rounds = 10;

export async function run(): Promise<Finding> {
  const entry = await bundledServer();
  const cache = await mkdtemp(join(tmpdir(), 'batchline-compile-cache-'));
  const ways = [
    { name: 'bundled', entry, env: {} },
    { name: 'bundled, NODE_COMPILE_CACHE filled: as the image starts', entry, env: { NODE_COMPILE_CACHE: cache } },
    { name: 'from the checkout', entry: 'src/cli/main.ts', env: {} },
  ];
  const found = ways.map(() => [] as number[]);
  try {
    for (let round = -1; round < rounds; round++) {
      for (const [i, way] of ways.entries()) {
        const milliseconds = await startToPing(way);
        if (round >= 0) found[i]?.push(milliseconds);
      }
    }
  } finally {
    await rm(cache, { recursive: true });
  }
  return {
    method: `Milliseconds from spawn to the first 200 on /ping, asked every 2 ms; flag_combo model, 2 workers, each of which has scored the warm-up record by then. ${rounds} starts of each in turn after one to fill the caches. Median (least–most).`,
    header: ['start', 'ms'],
    rows: ways.map(({ name }, i) => [name, spread(found[i] ?? [])]),
    figures: [
      {
        name: '/ping 200, as the image starts',
        value: median(found[1] ?? []),
        target: 350,
        better: 'lower',
        unit: 'ms',
        digits: 0,
      },
    ],
  };
}

async function startToPing({ entry, env }: { entry: string; env: Record<string, string> }): Promise<number> {
  const start = performance.now();
  const server = await startServer({ entry, model: flagCombo, workers: 2, env });
  while ((await pingStatus(server.url)) !== 200) {
    if (server.ended) throw new Error('the server ended instead of answering /ping');
    await sleep(2);
  }
  const milliseconds = performance.now() - start;
  await server.stop();
  return milliseconds;
}

/** 0 while nothing listens. node:http, because fetch itself takes its time on the first call. */
function pingStatus(url: string): Promise<number> {
  return new Promise((resolve) => {
    get(`${url}/ping`, { agent: false }, (reply) => {
      reply.resume();
      resolve(reply.statusCode ?? 0);
    }).on('error', () => resolve(0));
  });
}
