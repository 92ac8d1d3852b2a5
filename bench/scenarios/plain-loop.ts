// What the server costs, HTTP included, beside the least that any program must do with the same bytes.
import { type Body, flatBody, outletsBody } from '../bodies.ts';
import { LoadClient } from '../load.ts';
import { MB } from '../machine.ts';
import { flagCombo, numericModel } from '../models.ts';
import { PlainLoop } from '../plain-loop.ts';
import type { Figure, Finding } from '../report.ts';
import { bundledServer, startServer } from '../server.ts';
import { median, spread } from '../statistics.ts';

const rounds = 7;

export async function run(): Promise<Finding> {
  const entry = await bundledServer();
  const cases = [
    { body: await outletsBody(), model: flagCombo },
    { body: await flatBody(), model: await numericModel() },
  ];
  const rows: string[][] = [];
  const figures: Figure[] = [];
  for (const { body, model } of cases) {
    const found = await compare(entry, body, model);
    const ratios = found.server.map((server, i) => server / (found.loop[i] ?? Number.NaN));
    rows.push([body.name, spread(found.server), spread(found.loop), spread(ratios, 2), found.seconds, body.source]);
    figures.push({ name: `server/plain loop, ${body.name}`, value: median(ratios), target: 0.85, better: 'higher' });
  }
  return {
    method:
      `MB per CPU-second: the server on 2 workers and 4 connections, HTTP included, and the plain loop \`utf8Slice + JSON.parse + model.read\` ` +
      `in one thread, on the same 100 MB in turn; one pass each to warm up, then ${rounds} of each. Median (least–most).`,
    header: ['body', 'server', 'plain loop', 'ratio of a round', 'server seconds', 'source'],
    rows,
    figures,
  };
}

async function compare(entry: string, body: Body, model: string) {
  const server = await startServer({ entry, model, workers: 2 });
  const client = new LoadClient();
  const loop = await PlainLoop.start(body, model);
  try {
    await server.ready();
    const found = { server: [] as number[], loop: [] as number[], seconds: '' };
    const seconds: number[] = [];
    for (let round = -1; round < rounds; round++) {
      const before = server.cpuSeconds();
      const { milliseconds } = await client.post(server.url, body);
      const serverCpu = server.cpuSeconds() - before;
      const loopCpu = await loop.pass();
      if (round < 0) continue;
      seconds.push(milliseconds / 1000);
      found.server.push(body.bytes / MB / serverCpu);
      found.loop.push(body.bytes / MB / loopCpu);
    }
    return { ...found, seconds: spread(seconds, 2) };
  } finally {
    loop.close();
    client.close();
    await server.stop();
  }
}
