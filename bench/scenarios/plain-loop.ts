// What the server costs, HTTP included, beside the least that any program must do with the same bytes.
import type { Body } from '../bodies.ts';
import { serverCases } from '../cases.ts';
import { LoadClient } from '../load.ts';
import { MB } from '../machine.ts';
import { PlainLoop } from '../plain-loop.ts';
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
    const { server, alone, both } = await compare(entry, body, model);
    const ratios = quotients(server, alone);
    rows.push([
      body.name,
      spread(server),
      spread(alone),
      spread(ratios, 2),
      spread(both),
      spread(quotients(server, both), 2),
    ]);
    figures.push({ name: `server/plain loop, ${body.name}`, value: median(ratios), target: 0.85, better: 'higher' });
  }
  const sources = cases.map(({ body }) => `${body.name} is ${body.source}`).join('; ');
  return {
    method:
      `MB per CPU-second: the server on 2 workers and 4 connections, HTTP and output included, and the plain loop ` +
      `\`utf8Slice + JSON.parse + model.read\` in one thread, on the same 100 MB in turn; one pass each to warm up, ` +
      `then ${rounds} of each. The server keeps both cores busy, the loop one, and two busy cores get in each other's way: ` +
      `so the loop is also run as two processes at once. ${sources}. Median (least–most).`,
    header: ['body', 'server', 'plain loop', 'ratio', 'plain loop, two at once', 'ratio to those'],
    rows,
    figures,
  };
}

/** MB per CPU-second in each round. */
async function compare(entry: string, body: Body, model: string) {
  const server = await startServer({ entry, model, workers: 2 });
  const client = new LoadClient();
  const loops = await Promise.all([PlainLoop.start(body, model), PlainLoop.start(body, model)]);
  const found = { server: [] as number[], alone: [] as number[], both: [] as number[] };
  try {
    await server.ready();
    for (let round = -1; round < rounds; round++) {
      const before = server.cpuSeconds();
      await client.post(server.url, body);
      const seconds = {
        server: server.cpuSeconds() - before,
        alone: await loops[0].pass(),
        both: (await Promise.all(loops.map((loop) => loop.pass()))).reduce((sum, loop) => sum + loop, 0) / loops.length,
      };
      if (round < 0) continue;
      for (const key of ['server', 'alone', 'both'] as const) found[key].push(body.bytes / MB / seconds[key]);
    }
    return found;
  } finally {
    for (const loop of loops) loop.close();
    client.close();
    await server.stop();
  }
}

function quotients(above: readonly number[], below: readonly number[]): number[] {
  return above.map((value, i) => value / (below[i] ?? Number.NaN));
}
