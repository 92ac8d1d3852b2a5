// What a second worker adds.
import type { Body } from '../bodies.ts';
import { serverCases } from '../cases.ts';
import { LoadClient } from '../load.ts';
import { MB } from '../machine.ts';
import type { Figure, Finding } from '../report.ts';
import { bundledServer, startServer } from '../server.ts';
import { median, spread } from '../statistics.ts';

const rounds = 7;

export async function run(): Promise<Finding> {
  const entry = await bundledServer();
  const cases = await serverCases();
  const rows: string[][] = [];
  const figures: Figure[] = [];
  for (const { body, model } of cases) {
    const [one, two] = await throughputs(entry, body, model);
    rows.push([body.name, spread(one), spread(two)]);
    figures.push({
      name: `2 workers/1, ${body.name}`,
      value: median(two) / median(one),
      target: 1.6,
      better: 'higher',
    });
  }
  return {
    method:
      `MB per second of wall time over 4 connections, a server with one worker and one with two in turn; one pass each to warm up, ` +
      `then ${rounds} of each. The client and the main thread share the machine's cores with the workers. Median (least–most).`,
    header: ['body', '1 worker', '2 workers'],
    rows,
    figures,
  };
}

async function throughputs(entry: string, body: Body, model: string): Promise<[one: number[], two: number[]]> {
  const client = new LoadClient();
  const servers = await Promise.all([1, 2].map((workers) => startServer({ entry, model, workers })));
  try {
    const found: [number[], number[]] = [[], []];
    for (let round = -1; round < rounds; round++) {
      for (const [i, server] of servers.entries()) {
        await server.ready();
        const { milliseconds } = await client.post(server.url, body);
        if (round >= 0) found[i]?.push((body.bytes / MB / milliseconds) * 1000);
      }
    }
    return found;
  } finally {
    client.close();
    await Promise.all(servers.map((server) => server.stop()));
  }
}
