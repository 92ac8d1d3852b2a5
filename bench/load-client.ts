// The load client's process: posts a file's mini-batches over keep-alive connections, once for each message.
import { readFile } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import type { LoadReport, LoadRequest } from './load.ts';

/** What SageMaker sends at most by default. */
const payloadBytes = 6 * 2 ** 20;
const batches = new Map<string, Buffer[]>();

process.on('message', (message: LoadRequest) => {
  run(message).then(
    (report) => process.send?.({ report }),
    (error: Error) => process.send?.({ error: error.message }),
  );
});

async function run({ url, file, contentType, connections }: LoadRequest): Promise<LoadReport> {
  if (!batches.has(file)) batches.set(file, miniBatches(await readFile(file)));
  const waiting = (batches.get(file) ?? []).values();
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const report: LoadReport = { milliseconds: 0, requests: 0, lines: 0 };
  const start = performance.now();
  const connection = async (): Promise<void> => {
    for (const body of waiting) {
      report.lines += await post(agent, url, contentType, body);
      report.requests++;
    }
  };
  await Promise.all(Array.from({ length: connections }, connection));
  report.milliseconds = performance.now() - start;
  agent.destroy();
  return report;
}

function miniBatches(bytes: Buffer): Buffer[] {
  const found: Buffer[] = [];
  for (let start = 0; start < bytes.length; ) {
    const limit = start + payloadBytes;
    const end = limit >= bytes.length ? bytes.length : bytes.lastIndexOf(10, limit - 1) + 1;
    found.push(bytes.subarray(start, end));
    start = end;
  }
  return found;
}

/** The number of lines in the reply. */
function post(agent: Agent, url: string, contentType: string, body: Buffer): Promise<number> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': contentType, 'content-length': body.length };
    const outgoing = request(`${url}/invocations`, { method: 'POST', agent, headers }, (reply) => {
      let lines = 0;
      reply.on('data', (chunk: Buffer) => {
        if (reply.statusCode !== 200)
          reject(new Error(`status ${reply.statusCode}: ${chunk.toString().slice(0, 500)}`));
        for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, at + 1)) lines++;
      });
      reply.on('end', () => resolve(lines));
      reply.on('error', reject);
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}
