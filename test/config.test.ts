import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { coresAllowed, defaultRegion, readSettings, settingsTable } from '../src/config.ts';
import { temporaryFolder } from './support/temporary-folder.ts';

test('the region of Python programs stands in for AWS_REGION', () => {
  assert.equal(defaultRegion({ AWS_DEFAULT_REGION: 'eu-west-1' }), 'eu-west-1');
  assert.equal(defaultRegion({ AWS_DEFAULT_REGION: 'eu-west-1', AWS_REGION: 'us-east-1' }), undefined);
  assert.equal(defaultRegion({ AWS_DEFAULT_REGION: '' }), undefined);
});

test('without an environment every setting has its default', () => {
  const settings = readSettings({});
  assert.equal(settings.port, 8080);
  assert.equal(settings.host, '0.0.0.0');
  assert.equal(settings.maxPayloadMb, 100);
  assert.equal(settings.maxPayloadWasSet, false);
  assert.equal(settings.blockBytes, 512 * 1024);
  assert.equal(settings.maxErrorRate, 0.5);
  assert.ok(settings.workers >= 1);
});

test('values are read with their units; names and choices as AWS spells them', () => {
  const settings = readSettings({
    SAGEMAKER_BIND_TO_PORT: ' 9000 ',
    BATCHLINE_BLOCK_KB: '1024',
    BATCHLINE_ON_ERROR: 'FAIL',
    SAGEMAKER_MULTI_MODEL: 'False',
    SAGEMAKER_INFERENCE_OUTPUT: 'score, probability',
    BATCHLINE_WORKERS: '',
  });
  assert.equal(settings.port, 9000);
  assert.equal(settings.blockBytes, 1024 * 1024);
  assert.equal(settings.onError, 'fail');
  assert.deepEqual(settings.inferenceOutput, ['score', 'probability']);
});

test('a payload limit that was set is a record limit too', () => {
  assert.equal(readSettings({ SAGEMAKER_MAX_PAYLOAD_IN_MB: '50' }).maxRecordBytes, 50 * 1024 * 1024);
  assert.equal(readSettings({ SAGEMAKER_MAX_PAYLOAD_IN_MB: '6' }).maxRecordBytes, 32 * 1024 * 1024);
});

for (const [env, message] of [
  [{ BATCHLINE_WORKERS: '0' }, /^BATCHLINE_WORKERS: expected a whole number from 1 to 256, received "0"$/],
  [{ BATCHLINE_WORKERS: '1.5' }, /expected a whole number/],
  [{ BATCHLINE_MAX_ERROR_RATE: 'half' }, /^BATCHLINE_MAX_ERROR_RATE: expected a number from 0 to 1, received "half"$/],
  [{ BATCHLINE_ON_ERROR: 'ignore' }, /expected line or fail, received "ignore"/],
  [{ SAGEMAKER_MULTI_MODEL: 'true' }, /SAGEMAKER_MULTI_MODEL: expected false/],
  [{ BATCHLINE_WORKER: '2' }, /^BATCHLINE_WORKER: there is no such setting; the settings are .*BATCHLINE_WORKERS/],
] as const) {
  test(`${JSON.stringify(env)} stops the start`, () => {
    assert.throws(() => readSettings(env), { code: 'INVALID_SETTING', message });
  });
}

test('every setting has a unit and one sentence', () => {
  for (const { env, unit, about } of Object.values(settingsTable)) {
    if (about === '') continue;
    assert.match(about, /\.$/, env);
    assert.notEqual(unit, '', env);
  }
});

test("a cgroup's quota bounds the workers", async (t) => {
  const folder = await temporaryFolder(t);
  const file = join(folder, 'cpu.max');
  for (const [content, expected] of [
    ['100000 100000\n', 1],
    ['50000 100000\n', 1],
    ['max 100000\n', coresAllowed('/nonexistent')],
  ] as const) {
    writeFileSync(file, content);
    assert.equal(coresAllowed(file), expected, content);
  }
});
