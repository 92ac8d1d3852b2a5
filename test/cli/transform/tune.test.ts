import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { echo, stubContainer } from '../../transform/stub-container.ts';

const cli = fileURLToPath(new URL('../../../src/cli/main.ts', import.meta.url));

test('transform --tune finds what is faster, prints it as a patch, and leaves nothing', async (t) => {
  // Slow by the request, one at a time: large payloads win.
  let last: Promise<unknown> = Promise.resolve();
  const { url } = await stubContainer(t, {
    invocations: async (request) => {
      last = last.then(() => sleep(30));
      await last;
      echo(request);
    },
  });
  const folder = await temporaryFolder(t, { 'in/x.jsonl': `${'x'.repeat(99_999)}\n`.repeat(130), 'tmp/.keep': '' });
  const args = ['--tune', '--input', join(folder, 'in'), '--output', join(folder, 'out'), '--url', url.href];
  const child = spawn(process.execPath, [cli, 'transform', ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, TMPDIR: join(folder, 'tmp') },
  });
  const ended = once(child, 'close');
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  assert.equal((await ended)[0], 0, stderr);
  const patch = JSON.parse(stdout);
  assert.deepEqual(Object.keys(patch).sort(), ['MaxConcurrentTransforms', 'MaxPayloadInMB']);
  assert.ok(patch.MaxPayloadInMB >= 6, stdout);
  assert.match(stderr, /^batchline: \d+ settings on up to 13\.0 MB of the input\n/);
  assert.match(stderr, /\nMaxPayloadInMB +MaxConcurrentTransforms +workers +MB\/s/);
  assert.deepEqual(await readdir(join(folder, 'tmp')), ['.keep']);
  assert.deepEqual(await readdir(folder), ['in', 'tmp']);
});
