import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { startVersitygw, withoutVersitygw } from './support/versitygw.ts';

const cli = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));

test('batchline inspect reads all objects of a prefix on S3', { skip: withoutVersitygw }, async (t) => {
  const server = await startVersitygw(['bucket']);
  t.after(() => server.close());
  for (const [key, body] of Object.entries({ 'in/a.jsonl': '1\n', 'in/b.jsonl': '1\nbad\n', 'other.jsonl': 'bad\n' })) {
    await server.client.send(new PutObjectCommand({ Bucket: 'bucket', Key: key, Body: body }));
  }
  const args = [cli, 'inspect', 's3://bucket/in/', '--json'];
  const child = spawn(process.execPath, args, { env: { ...process.env, ...server.environment } });
  const [stdout, stderr, [status]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  assert.equal(status, 0, stderr);
  const { objects, records, problems } = JSON.parse(stdout);
  assert.deepEqual([objects, records], [2, 3]);
  assert.deepEqual(problems[0].places, [
    { object: 'in/b.jsonl', line: 2, why: "expected a value at character 1, received 'b'" },
  ]);
});
