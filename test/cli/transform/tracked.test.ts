import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { dvcProject } from '../../storage/dvc/dvc-project.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const run = promisify(execFile);
const main = resolve('src/cli/main.ts');

test('an input and a model that DVC tracks are scored as they were at a revision', async (t) => {
  const project = await dvcProject(t);
  const outlets = (await readFile('examples/flag-combo/data/outlets.jsonl', 'utf8')).split('\n').slice(0, 20);
  const input = `${outlets.join('\n')}\n`;
  const files = ['model.json', 'weights.bin'];
  const contents = await Promise.all(files.map((name) => readFile(join('examples/flag-combo/model', name))));
  const md5s = await Promise.all(contents.map((content) => project.putObject(content)));
  const listing = JSON.stringify(files.map((relpath, index) => ({ md5: md5s[index], relpath })))
    .replaceAll('":"', '": "')
    .replaceAll('","', '", "')
    .replaceAll('},{', '}, {');
  const folderMd5 = await project.putObject(listing, '.dir');
  const size = contents.reduce((sum, { length }) => sum + length, 0);
  const inputMd5 = await project.putObject(input);
  await project.write({
    'model.dvc': `outs:\n- md5: ${folderMd5}.dir\n  size: ${size}\n  nfiles: 2\n  hash: md5\n  path: model\n`,
    'outlets.jsonl.dvc': `outs:\n- md5: ${inputMd5}\n  size: ${Buffer.byteLength(input)}\n  hash: md5\n  path: outlets.jsonl\n`,
  });
  await project.git.commit();
  await project.write({
    'model.dvc': 'outs:\n- md5: 00000000000000000000000000000000\n  size: 1\n  hash: md5\n  path: model\n',
  });

  const output = await temporaryFolder(t);
  const env = { ...process.env, XDG_CACHE_HOME: await temporaryFolder(t) };
  const args = [
    'transform',
    '--input',
    'dvc://outlets.jsonl',
    '--model',
    'dvc://model@HEAD',
    '--output',
    output,
    '--json',
    '--content-type',
    'application/jsonlines',
  ];
  const { stdout, stderr } = await run(process.execPath, [main, ...args], { cwd: project.folder, env });
  assert.match(stderr, /dvc:\/\/model@HEAD: md5 [0-9a-f]{32}\.dir|dvc:\/\/model@HEAD: md5 [0-9a-f]{32}, commit/);
  const result = JSON.parse(stdout) as { status: string; objects?: unknown; files?: string[] };
  assert.equal(result.status, 'Completed');
  assert.match(stdout, /"records": 20|"outputLines": 20/);
});
