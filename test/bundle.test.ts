import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from './support/temporary-folder.ts';

test('the bundle of the image has what serve needs, and nothing of the other commands', async (t) => {
  const folder = join(await temporaryFolder(t), 'bundle');
  execFileSync(process.execPath, ['scripts/bundle.ts', folder]);
  // A line for each package, "express 5.3.0 (MIT)", is put above its licence.
  const licences = readFileSync(join(folder, 'THIRD-PARTY-LICENSES.txt'), 'utf8');
  const names = [...licences.matchAll(/^(\S+) \d+\.\d+\.\d+\S* \(/gm)].map(([, name]) => name);
  assert.ok(names.includes('express'), names.join());
  for (const other of ['vega', 'tar', 'stream-json', '@aws-sdk/client-s3']) assert.ok(!names.includes(other), other);
});
