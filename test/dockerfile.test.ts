import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { serverEnvironment, serverNodeOptions } from '../src/transform/containers/server-process.ts';

const dockerfile = readFileSync('Dockerfile', 'utf8');

test('the image starts node as `batchline transform` does', () => {
  const [, entryPoint = '[]'] = /^ENTRYPOINT (\[.*\])$/m.exec(dockerfile) ?? [];
  assert.deepEqual(JSON.parse(entryPoint).slice(1, -1), serverNodeOptions);
  for (const [name, value] of Object.entries(serverEnvironment))
    assert.match(dockerfile, new RegExp(`^ENV .*\\b${name}=${value}\\b`, 'm'));
});

test("the image's version is the package's", () => {
  const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
  assert.match(dockerfile, new RegExp(`^ARG VERSION=${version.replaceAll('.', '\\.')}$`, 'm'));
});
