import assert from 'node:assert/strict';
import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { openModel } from '../../src/models/open-model.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const handler = 'export const predict = (batch) => batch;';

test('a folder with nothing but a handler is a model', async (t) => {
  for (const name of ['inference.mjs', 'inference.js', 'inference.ts']) {
    const dir = await temporaryFolder(t, { [`code/${name}`]: handler });
    const { description } = await openModel(dir);
    assert.deepEqual([description.format, description.file, description.output], ['handler', `code/${name}`, 'json']);
  }
});

for (const [what, files, message] of [
  ['an empty folder', {}, /expected model\.json or code\/inference.*found an empty folder/],
  ['other files', { 'weights.h5': 'x' }, /found weights\.h5/],
  ['model.json that is no JSON', { 'model.json': '{"name":' }, /model\.json: .*JSON/],
  ['model.json that is no object', { 'model.json': '[]' }, /model\.json: expected a JSON object/],
  ['no format', { 'model.json': '{"name":"x"}' }, /format: expected linear-text or handler, received undefined/],
  [
    'an unknown format',
    { 'model.json': '{"name":"x","format":"onnx"}' },
    /format: expected linear-text or handler, received "onnx"/,
  ],
  [
    'a wrong type',
    { 'model.json': '{"name":7,"format":"handler"}' },
    /model\.json: name: .*expected string, received number/,
  ],
  ['an unknown key', { 'model.json': '{"name":"x","format":"handler","labls":["a","b"]}' }, /labls/],
  [
    'a malformed path',
    { 'model.json': '{"name":"x","format":"handler","input":{"id":"$.a["}}', 'code/inference.mjs': handler },
    /input: the path "\$\.a\[" is malformed at position 3/,
  ],
  [
    'a file outside',
    { 'model.json': '{"name":"x","format":"handler","file":"../x.mjs"}' },
    /file: expected a file inside the folder/,
  ],
  [
    'code that is missing',
    { 'model.json': '{"name":"x","format":"handler"}' },
    /inference\.mjs: the handler's code is not there/,
  ],
] as const) {
  test(`${what} is refused: ${message.source}`, async (t) => {
    const dir = await temporaryFolder(t, files);
    await assert.rejects(openModel(dir), { code: 'INVALID_MODEL', message });
  });
}

test('a missing folder is refused with the remedy', async () => {
  await assert.rejects(openModel('/nonexistent/model'), {
    code: 'INVALID_MODEL',
    message: /\/nonexistent\/model: no such folder; .*--model/,
  });
});

test('an unreadable model.json is refused', {
  skip: process.getuid?.() === 0 && 'root reads everything',
}, async (t) => {
  const dir = await temporaryFolder(t, { 'model.json': '{}' });
  await chmod(join(dir, 'model.json'), 0);
  await assert.rejects(openModel(dir), { code: 'INVALID_MODEL', message: /EACCES/ });
});

for (const [name, bytes] of [
  ['model.pkl', Buffer.from([0x80, 0x04, 0x95])],
  ['anything', Buffer.from([0x80, 0x05, 0x95])],
  ['model.joblib', Buffer.from([0x78, 0x9c, 0x00])],
  ['model.pkl.gz', gzipSync('x')],
] as const) {
  test(`a pickle (${name}) is recognised and answered with how to export it`, async (t) => {
    const dir = await temporaryFolder(t, { [name]: bytes });
    for (const path of [dir, join(dir, name)]) {
      await assert.rejects(openModel(path), {
        code: 'INVALID_MODEL',
        message: /pickle or joblib[\s\S]*Export the model from Python/,
      });
    }
  });
}
