import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { existsSync, globSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { parse } from 'yaml';
import { documentsWithTables, withTables } from '../scripts/readme-tables.ts';
import { temporaryFolder } from './support/temporary-folder.ts';
import { testServer } from './support/test-server.ts';

const readme = readFileSync('README.md', 'utf8');

test("the documents' tables are the code's (node scripts/readme-tables.ts writes them)", () => {
  const texts = documentsWithTables.map((document) => readFileSync(document, 'utf8'));
  assert.deepEqual(
    texts.map((text) => text.match(/<!-- table: /g)?.length),
    [4, 2],
  );
  for (const text of texts) assert.equal(text, withTables(text));
});

test('a stale table is noticed', () => {
  assert.notEqual(
    withTables('<!-- table: settings -->\n| stale |\n<!-- end -->'),
    '<!-- table: settings -->\n| stale |\n<!-- end -->',
  );
  assert.throws(() => withTables('<!-- table: nonesuch -->\n<!-- end -->'), /no table is called nonesuch/);
});

test('every file that the documents link to exists', () => {
  for (const document of ['README.md', 'CHANGELOG.md', ...globSync('docs/*.md')]) {
    const text = readFileSync(document, 'utf8');
    for (const [, target] of text.matchAll(/\]\((?!https?:|#)([^)#]+)\)/g)) {
      const path = document.startsWith('docs/') ? `docs/${target}` : (target as string);
      assert.ok(existsSync(path), `${document} links to ${target}`);
    }
  }
});

test("README.md's launch file is the one of the example", () => {
  const [, shown] = /```yaml\n([\s\S]*?)```/.exec(readme) ?? [];
  assert.deepEqual(parse(shown ?? ''), parse(readFileSync('examples/flag-combo/launch.yaml', 'utf8')));
});

const noCurl = spawnSync('curl', ['--version']).error ? 'no curl on this machine' : false;

test('the curl examples of README.md print what it says', { skip: noCurl }, async (t) => {
  const server = await testServer(t, 'examples/flag-combo/model');
  const folder = await temporaryFolder(t);
  const examples = [...readme.matchAll(/```console\n([\s\S]*?)```/g)].flatMap(([, block]) =>
    commandsOf(block as string),
  );
  assert.ok(examples.length >= 6);
  for (const { command, output } of examples) {
    const [, file] = /^cat (\S+)$/.exec(command) ?? [];
    if (file) {
      writeFileSync(join(folder, file), output); // shown so that the reader can make it
      continue;
    }
    const here = command
      .replaceAll('localhost:8080', `127.0.0.1:${server.port}`)
      .replaceAll('examples/', `${resolve('examples')}/`);
    const { stdout } = await promisify(execFile)('sh', ['-c', here], { cwd: folder });
    assert.equal(`${stdout.trimEnd()}\n`, output, command);
  }
});

/** `$ command` lines, each with what follows it up to the next. */
function commandsOf(block: string): { command: string; output: string }[] {
  return block
    .split(/^\$ /m)
    .filter((part) => part !== '')
    .map((part) => ({ command: part.slice(0, part.indexOf('\n')), output: part.slice(part.indexOf('\n') + 1) }));
}
