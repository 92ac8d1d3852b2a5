// Memory must depend on settings, never on the size of the input.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createReadStream } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { type Body, countLines, outletsBody } from '../bodies.ts';
import { MB } from '../machine.ts';
import { flagCombo } from '../models.ts';
import type { Finding } from '../report.ts';
import { bundledServer, type Server, startServer } from '../server.ts';

const sizes = { small: 200 * MB, large: 1800 * MB };

export async function run(): Promise<Finding> {
  const entry = await bundledServer();
  const rows: string[][] = [];
  const peaks: Record<string, number> = {};
  for (const [size, bytes] of Object.entries(sizes)) {
    const body = await outletsBody(bytes);
    try {
      const lines = await countLines(body.file);
      for (const [way, drive] of Object.entries({
        'mini-batches of `batchline transform`': transform,
        'one chunked body': streamed,
      })) {
        const server = await startServer({
          entry,
          model: flagCombo,
          workers: 2,
          env: way.startsWith('one') ? { SAGEMAKER_MAX_PAYLOAD_IN_MB: '0' } : {},
        });
        try {
          await server.ready();
          const start = performance.now();
          assert.equal(await drive(server, body), lines, `${way}: lines out`);
          const seconds = (performance.now() - start) / 1000;
          const peak = server.peakMemoryMb();
          peaks[`${size} ${way.slice(0, 4)}`] = peak;
          rows.push([
            `${(body.bytes / MB).toFixed(0)} MB, ${way}`,
            String(lines),
            seconds.toFixed(1),
            (body.bytes / MB / seconds).toFixed(0),
            peak.toFixed(0),
          ]);
        } finally {
          await server.stop();
        }
      }
    } finally {
      await rm(body.file);
    }
  }
  const [small = Number.NaN, large = Number.NaN] = [peaks['small mini'], peaks['large mini']];
  return {
    method: `A fresh bundled server on 2 workers each time, outlets with the flag_combo model; its VmHWM at the end. As many lines out as in.`,
    header: ['input', 'records', 'seconds', 'MB/s', "server's peak RSS, MB"],
    rows,
    figures: [
      {
        name: 'peak RSS for 1.8 GB through batchline transform',
        value: large,
        target: 400,
        better: 'lower',
        unit: 'MB',
        digits: 0,
      },
      { name: 'peak RSS for 1.8 GB/for 200 MB', value: large / small, target: 1.1, better: 'lower' },
      {
        name: 'peak RSS for 1.8 GB as one chunked body',
        value: peaks['large one '] ?? Number.NaN,
        target: 400,
        better: 'lower',
        unit: 'MB',
        digits: 0,
      },
    ],
  };
}

/** Lines in the output. */
async function transform(server: Server, body: Body): Promise<number> {
  const output = await mkdtemp(join(tmpdir(), 'batchline-bench-'));
  try {
    const args = [
      'src/cli/main.ts',
      'transform',
      '--url',
      server.url,
      '--input',
      body.file,
      '--output',
      output,
      '--content-type',
      body.contentType,
    ];
    execFileSync(process.execPath, args, { stdio: ['ignore', 'ignore', 'inherit'] });
    const out = (await readdir(output)).find((name) => name.endsWith('.out'));
    return out ? await countLines(join(output, out)) : 0;
  } finally {
    await rm(output, { recursive: true });
  }
}

/** Lines in the reply to a body whose length the server is not told. */
async function streamed(server: Server, body: Body): Promise<number> {
  const outgoing = request(`${server.url}/invocations`, {
    method: 'POST',
    headers: { 'content-type': body.contentType },
  });
  const replied = new Promise<number>((resolve, reject) => {
    outgoing.on('error', reject);
    outgoing.on('response', (reply) => {
      let lines = 0;
      reply.on('data', (chunk: Buffer) => {
        for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, at + 1)) lines++;
      });
      reply.on('end', () => resolve(lines));
      reply.on('error', reject);
    });
  });
  const [lines] = await Promise.all([
    replied,
    pipeline(createReadStream(body.file, { highWaterMark: 1 << 20 }), outgoing),
  ]);
  return lines;
}
