import assert from 'node:assert/strict';
import { mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { selectObjects } from '../../src/transform/select-objects.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

describe('objects', () => {
  test('of a file: itself, by its name', async (t) => {
    const folder = await temporaryFolder(t, { 'a/b.jsonl': '12345' });
    const path = join(folder, 'a/b.jsonl');
    assert.deepEqual(await selectObjects(path, join(folder, 'out')), [
      { key: 'b.jsonl', path, bytes: 5, outputPath: join(folder, 'out/b.jsonl.out') },
    ]);
  });

  test('of a folder: all files below it, hidden and empty ones too, in the order of S3', async (t) => {
    const names = ['b', 'a/z', 'a-1', 'B', '.hidden', 'a/.deep/x', 'é', 'empty', '\u{1F600}', '\uFB00'];
    const folder = await temporaryFolder(t, Object.fromEntries(names.map((name) => [`in/${name}`, ''])));
    await mkdir(join(folder, 'in/no-files'));
    const objects = await selectObjects(join(folder, 'in'), join(folder, 'out'));
    assert.deepEqual(
      objects.map(({ key }) => key),
      ['.hidden', 'B', 'a-1', 'a/.deep/x', 'a/z', 'b', 'empty', 'é', '\uFB00', '\u{1F600}'],
    );
    assert.equal(objects[3]?.outputPath, join(folder, 'out/a/.deep/x.out'));
  });

  test('of an empty folder: none', async (t) => {
    const folder = await temporaryFolder(t);
    await mkdir(join(folder, 'in'));
    assert.deepEqual(await selectObjects(join(folder, 'in'), join(folder, 'out')), []);
  });

  test('behind links are found, and a loop ends', async (t) => {
    const folder = await temporaryFolder(t, { 'in/a/x': '', 'elsewhere/y': '' });
    await symlink('../../elsewhere', join(folder, 'in/a/linked'));
    await symlink('../../in', join(folder, 'in/a/loop'));
    await symlink('x', join(folder, 'in/a/same'));
    const objects = await selectObjects(join(folder, 'in'), join(folder, 'out'));
    assert.deepEqual(
      objects.map(({ key }) => key),
      ['a/linked/y', 'a/same', 'a/x'],
    );
  });
});

describe('refused', () => {
  const cases: [name: string, files: string[], input: string, output: string, message: RegExp][] = [
    ['a missing input', [], 'in', 'out', /^--input: expected a file or a folder, received .*\/in \(ENOENT/],
    ['a device', [], '/dev/null', 'out', /^--input: .* \/dev\/null, which is neither$/],
    ['the input as output', ['in/a'], 'in', 'in', /lies in the input folder/],
    ['an output in the input', ['in/a'], 'in', 'in/not/yet', /lies in the input folder/],
    ['a file where a folder must be', ['in/a', 'in/a.out/b'], 'in', 'out', /the outputs of a and a\.out\/b collide/],
  ];
  for (const [name, files, input, output, message] of cases) {
    test(name, async (t) => {
      const folder = await temporaryFolder(t, Object.fromEntries(files.map((file) => [file, ''])));
      const at = (path: string) => (path.startsWith('/') ? path : join(folder, path));
      await assert.rejects(selectObjects(at(input), at(output)), { code: 'INVALID_INPUT', message });
    });
  }

  test('an output that would replace an input', async (t) => {
    const folder = await temporaryFolder(t, { 'in/in/x': '', 'in/x.out': '' });
    await assert.rejects(selectObjects(join(folder, 'in'), folder), {
      code: 'INVALID_INPUT',
      message: /^--input: the output of in\/x, .*\/in\/x\.out, is itself an input$/,
    });
  });

  test('a link that leads nowhere', async (t) => {
    const folder = await temporaryFolder(t, { 'in/a': '' });
    await symlink('nowhere', join(folder, 'in/b'));
    await assert.rejects(selectObjects(join(folder, 'in'), folder), { message: /cannot read .*\/in\/b \(ENOENT/ });
  });

  test('an output folder that a link leads back into the input', async (t) => {
    const folder = await temporaryFolder(t, { 'in/a': '' });
    await symlink('in', join(folder, 'out'));
    await assert.rejects(selectObjects(join(folder, 'in'), join(folder, 'out/x')), { message: /lies in the input/ });
  });
});

test('an output folder beside the input is fine, also one that begins with its name', async (t) => {
  const folder = await temporaryFolder(t, { 'in/a': '' });
  assert.equal((await selectObjects(join(folder, 'in'), join(folder, 'in-scored'))).length, 1);
  assert.equal((await selectObjects(join(folder, 'in/a'), join(folder, 'in'))).length, 1);
});
