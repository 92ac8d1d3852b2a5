import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, readlink, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { create, Header } from 'tar';
import { refuseWrapped, unpackModel } from '../../src/models/model-archive.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

describe('an archive', () => {
  test('is unpacked with its folders and links, readable by everybody', async (t) => {
    const entries = [
      entry('model.json', { text: '{}', mode: 0o600 }),
      entry('code/', { type: 'Directory', mode: 0o700 }),
      entry('code/run', { text: 'x', mode: 0o700 }),
      entry('code/latest', { type: 'SymbolicLink', linkpath: '../model.json' }),
      entry('again', { type: 'Link', linkpath: 'model.json' }),
    ];
    const folder = await unpacked(t, gzipSync(archive(entries)));
    assert.equal(await readFile(join(folder, 'model.json'), 'utf8'), '{}');
    assert.equal(await readFile(join(folder, 'again'), 'utf8'), '{}');
    assert.equal(await readlink(join(folder, 'code/latest')), '../model.json');
    const modes = await Promise.all(['model.json', 'code', 'code/run'].map((name) => stat(join(folder, name))));
    assert.deepEqual(
      modes.map(({ mode }) => mode & 0o777),
      [0o644, 0o755, 0o744],
    );
  });

  test('without gzip is one, too', async (t) => {
    const folder = await unpacked(t, archive([entry('./model.json', { text: '{}' })]));
    assert.deepEqual(await readdir(folder), ['model.json']);
  });

  test('of tar itself', async (t) => {
    const source = await temporaryFolder(t, { 'model.json': '{}', 'weights/a.bin': 'x'.repeat(100_000) });
    const packed: Buffer[] = [];
    for await (const piece of create({ cwd: source, gzip: true }, ['.'])) packed.push(piece as Buffer);
    const folder = await unpacked(t, Buffer.concat(packed));
    assert.equal((await readFile(join(folder, 'weights/a.bin'))).length, 100_000);
  });
});

describe('refused is', () => {
  const small = { maxBytes: 10, maxEntries: 3 };
  const file = (path: string) => entry(path, { text: 'x' });
  const cases: [name: string, content: Buffer, message: string][] = [
    ['an absolute path', archive([file('/etc/x')]), '"/etc/x": expected a path within the archive'],
    ['a path with ..', archive([file('a/../../x')]), '"a/../../x": expected a path within the archive'],
    [
      'a symbolic link that leads out',
      archive([entry('a/b', { type: 'SymbolicLink', linkpath: '../../x' })]),
      '"a/b": expected a link to a path within the archive, received one to "../../x"',
    ],
    [
      'an absolute symbolic link',
      archive([entry('a', { type: 'SymbolicLink', linkpath: '/etc' })]),
      '"a": expected a link to a path within the archive, received one to "/etc"',
    ],
    [
      'a hard link that leads out',
      archive([entry('a/b', { type: 'Link', linkpath: '../x' })]),
      '"a/b": expected a link to a path within the archive, received one to "../x"',
    ],
    [
      'a device',
      archive([entry('null', { type: 'CharacterDevice' })]),
      '"null": expected a file, a folder or a link, received CharacterDevice',
    ],
    ['a pipe', archive([entry('p', { type: 'FIFO' })]), '"p": expected a file, a folder or a link, received FIFO'],
    ['too many entries', archive(['a', 'b', 'c', 'd'].map(file)), 'expected at most 3 entries, received more'],
    [
      'too much',
      archive([file('a'), entry('b', { text: 'x'.repeat(10) })]),
      'expected at most 10 bytes, received more by "b"',
    ],
  ];
  for (const [name, content, message] of cases) {
    test(name, async (t) => {
      const folder = join(await temporaryFolder(t, {}), 'model');
      const refused = unpackModel(chunks(content), { name: 'm.tar.gz', folder, limits: small });
      await assert.rejects(refused, { code: 'INVALID_MODEL', message: `m.tar.gz: cannot be unpacked: ${message}` });
    });
  }

  test('a file written through a link', async (t) => {
    const outside = await temporaryFolder(t, {});
    await mkdir(join(outside, 'to'));
    const content = archive([entry('a', { type: 'SymbolicLink', linkpath: 'b' }), file('b/c'), file('a/x')]);
    await assert.rejects(unpacked(t, content), { code: 'INVALID_MODEL', message: /symlink/i });
  });

  const broken: [name: string, content: Buffer][] = [
    ['no archive', Buffer.from('{"format":"linear-text"}'.repeat(100))],
    ['gzip that breaks off', gzipSync(archive([entry('a', { text: 'x'.repeat(5000) })])).subarray(0, 40)],
    ['an archive that breaks off', archive([entry('a', { text: 'x'.repeat(5000) })]).subarray(0, 2048)],
    ['nothing', Buffer.alloc(0)],
  ];
  for (const [name, content] of broken) {
    test(name, async (t) => {
      await assert.rejects(unpacked(t, content), {
        code: 'INVALID_MODEL',
        message: /^m\.tar\.gz: cannot be unpacked: /,
      });
    });
  }
});

describe('a model one folder down', () => {
  const cases: [name: string, files: Record<string, string>, refused: boolean][] = [
    ['with model.json', { 'mine/model.json': '{}' }, true],
    ['with code', { 'mine/code/inference.mjs': '' }, true],
    ['with neither', { 'mine/weights.bin': '' }, false],
    ['beside other files', { 'mine/model.json': '{}', other: '' }, false],
    ['that is none', { 'model.json': '{}' }, false],
  ];
  for (const [name, files, refused] of cases) {
    test(name, async (t) => {
      const checked = refuseWrapped(await temporaryFolder(t, files), 'm.tar.gz');
      if (!refused) return await checked;
      await assert.rejects(checked, {
        code: 'INVALID_MODEL',
        message:
          "m.tar.gz: expected the model at the archive's root, as SageMaker unpacks it into /opt/ml/model; " +
          'received it in the folder "mine". Pack it with: tar -czf model.tar.gz -C mine .',
      });
    });
  }
});

async function unpacked(t: TestContext, content: Buffer): Promise<string> {
  const folder = join(await temporaryFolder(t, {}), 'model');
  await unpackModel(chunks(content), { name: 'm.tar.gz', folder });
  return folder;
}

async function* chunks(content: Buffer): AsyncGenerator<Buffer> {
  for (let at = 0; at < content.length; at += 1000) yield content.subarray(at, at + 1000);
}

type Kind = 'File' | 'Directory' | 'SymbolicLink' | 'Link' | 'CharacterDevice' | 'FIFO';

interface Entry {
  readonly text?: string;
  readonly mode?: number;
  readonly type?: Kind;
  readonly linkpath?: string;
}

/** By hand, as no program packs what is to be refused. */
function entry(path: string, { text = '', mode = 0o644, type = 'File', linkpath = '' }: Entry): Buffer {
  const header = new Header({ path, mode, type, linkpath, size: text.length, uid: 0, gid: 0, mtime: new Date(0) });
  header.encode();
  const padding = (512 - (text.length % 512)) % 512;
  return Buffer.concat([header.block as Buffer, Buffer.from(text), Buffer.alloc(padding)]);
}

function archive(entries: readonly Buffer[]): Buffer {
  return Buffer.concat([...entries, Buffer.alloc(1024)]);
}
