import assert from 'node:assert/strict';
import { chmod, mkdir, rename, rm, symlink, unlink, utimes, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { hashContext } from '../../../src/sagemaker/image/context-hash.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const { signal } = new AbortController();
const files = { Dockerfile: 'FROM scratch\n', a: 'one', 'sub/b': 'two', '.dockerignore': '*.log\nskipped\n' };

const hashOf = (
  context: string,
  more: { dockerfile?: string; buildArgs?: Record<string, string> } = {},
): Promise<string> => hashContext({ context, dockerfile: 'Dockerfile', buildArgs: {}, ...more }, { signal });

describe('the hash of a build context', () => {
  const same: [name: string, change: (context: string) => Promise<unknown>][] = [
    ['the place of the context', async () => undefined],
    ['times', (context) => utimes(join(context, 'a'), 5, 5)],
    ['bits of the mode that are a matter of the umask', (context) => chmod(join(context, 'a'), 0o600)],
    ['an ignored file', (context) => writeFile(join(context, 'x.log'), 'x')],
    ['an ignored folder', (context) => mkdir(join(context, 'skipped/deep'), { recursive: true })],
    ['a socket', (context) => listenAt(join(context, 'sub/socket'))],
  ];
  for (const [name, change] of same) {
    test(`does not depend on ${name}`, async (t) => {
      const [one, two] = [await temporaryFolder(t, files), await temporaryFolder(t, files)];
      await change(two);
      assert.equal(await hashOf(two), await hashOf(one));
    });
  }

  const other: [name: string, change: (context: string) => Promise<unknown>][] = [
    ['content', (context) => writeFile(join(context, 'sub/b'), 'three')],
    ['a name', (context) => rename(join(context, 'a'), join(context, 'c'))],
    ['the executable bit', (context) => chmod(join(context, 'a'), 0o755)],
    ['a file more', (context) => writeFile(join(context, 'sub/c'), '')],
    ['a file less', (context) => unlink(join(context, 'a'))],
    ['an empty folder', (context) => mkdir(join(context, 'empty'))],
    ['a link', (context) => symlink('a', join(context, 'link'))],
    ['the Dockerfile', (context) => writeFile(join(context, 'Dockerfile'), 'FROM scratch\nUSER 1\n')],
    ['case, which docker heeds in .dockerignore', (context) => writeFile(join(context, 'x.LOG'), '')],
  ];
  for (const [name, change] of other) {
    test(`depends on ${name}`, async (t) => {
      const context = await temporaryFolder(t, files);
      const before = await hashOf(context);
      await change(context);
      const after = await hashOf(context);
      assert.match(after, /^[0-9a-f]{40}$/);
      assert.notEqual(after, before);
    });
  }

  test('depends on where a link points, even to nowhere', async (t) => {
    const context = await temporaryFolder(t, files);
    await symlink('nowhere', join(context, 'link'));
    const before = await hashOf(context);
    await unlink(join(context, 'link'));
    await symlink('elsewhere', join(context, 'link'));
    assert.notEqual(await hashOf(context), before);
  });

  test('depends on build arguments, not on their order', async (t) => {
    const context = await temporaryFolder(t, files);
    const one = await hashOf(context, { buildArgs: { a: '1', b: '2' } });
    assert.equal(await hashOf(context, { buildArgs: { b: '2', a: '1' } }), one);
    assert.notEqual(await hashOf(context, { buildArgs: { a: '12' } }), one);
  });

  test('heeds a Dockerfile that is ignored, and its own .dockerignore', async (t) => {
    const context = await temporaryFolder(t, { ...files, 'x.Dockerfile': 'FROM scratch\n', '.dockerignore': '*\n' });
    const before = await hashOf(context, { dockerfile: 'x.Dockerfile' });
    await writeFile(join(context, 'x.Dockerfile.dockerignore'), '*\n!a\n');
    const after = await hashOf(context, { dockerfile: 'x.Dockerfile' });
    assert.notEqual(after, before);
    await writeFile(join(context, 'sub/b'), 'ignored');
    assert.equal(await hashOf(context, { dockerfile: 'x.Dockerfile' }), after);
  });

  test('says what cannot be read', async (t) => {
    const context = await temporaryFolder(t, files);
    await assert.rejects(hashOf(context, { dockerfile: 'none' }), {
      code: 'INVALID_INPUT',
      message: /\/none: cannot be read for the image's build context: ENOENT/,
    });
    await rm(join(context, '.dockerignore'));
    await mkdir(join(context, '.dockerignore'));
    await assert.rejects(hashOf(context), /\.dockerignore: cannot be read: EISDIR/);
  });

  test('ends with its signal', async (t) => {
    const context = await temporaryFolder(t, files);
    const settings = { context, dockerfile: 'Dockerfile', buildArgs: {} };
    await assert.rejects(hashContext(settings, { signal: AbortSignal.abort(new Error('enough')) }), /^Error: enough$/);
  });

  test('tells how far it is where it takes long', async (t) => {
    const context = await temporaryFolder(t, files);
    let now = 0;
    t.mock.method(Date, 'now', () => (now += 1500));
    const told: unknown[] = [];
    const settings = { context, dockerfile: 'Dockerfile', buildArgs: {} };
    await hashContext(settings, { signal, onProgress: (progress) => told.push(progress) });
    // Of the four files, in the order of their names, every other is over two seconds after what was told before.
    assert.deepEqual(told.at(0), { files: 2, bytes: files['.dockerignore'].length + files.Dockerfile.length });
  });
});

async function listenAt(path: string): Promise<void> {
  const server = createServer().listen(path);
  await new Promise((resolve) => server.once('listening', resolve));
  server.unref();
}
