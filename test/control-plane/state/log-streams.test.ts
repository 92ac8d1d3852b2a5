import assert from 'node:assert/strict';
import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { LogStreams } from '../../../src/control-plane/state/log-streams.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const messages = (logs: LogStreams, stream: string) => logs.read(stream)?.map(({ message }) => message);

test('a stream that grows too large says so once, also after a restart', async (t) => {
  const folder = await temporaryFolder(t);
  const logs = new LogStreams(folder, 200);
  for (let i = 0; i < 20; i++) logs.append('job/a', `line ${i}`);
  const kept = messages(logs, 'job/a') ?? [];
  assert.match(kept.at(-1) ?? '', /no more of this stream, it has 200 bytes$/);
  assert.ok(kept.length > 3 && kept.length < 8, `${kept.length} lines`);
  new LogStreams(folder, 200).append('job/a', 'later');
  assert.deepEqual(messages(logs, 'job/a'), kept);
});

test('a line that was cut by a crash is left out, others are read', async (t) => {
  const folder = await temporaryFolder(t);
  const logs = new LogStreams(folder);
  logs.append('job/a', 'one');
  await appendFile(join(folder, 'job/a.jsonl'), '{"timestamp":1,"mess');
  assert.deepEqual(messages(new LogStreams(folder), 'job/a'), ['one']);
  assert.equal(logs.read('job/b'), undefined);
  assert.equal(logs.read('job/a.jsonl/../a'), undefined);
});

test('a message longer than CloudWatch takes is cut', async (t) => {
  const logs = new LogStreams(await temporaryFolder(t));
  logs.append('job/a/data-log', 'x'.repeat(300_000));
  assert.equal(messages(logs, 'job/a/data-log')?.[0]?.length, 262_144);
});
