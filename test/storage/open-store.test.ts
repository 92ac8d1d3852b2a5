import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { describe, it } from 'node:test';
import { fileUri, isUri, openStores } from '../../src/storage/open-store.ts';

describe('openStores', () => {
  const cases: [uri: string, root: string, key: string][] = [
    ['s3://bucket/in/a.jsonl', 's3://bucket/', 'in/a.jsonl'],
    ['s3://bucket/', 's3://bucket/', ''],
    ['s3://bucket', 's3://bucket/', ''],
    ['s3://bucket//a', 's3://bucket/', '/a'],
    ['s3://bucket/a%20b?c#d', 's3://bucket/', 'a%20b?c#d'],
    ['s3://bucket/line\nbreak', 's3://bucket/', 'line\nbreak'],
    ['file:///data/in/', 'file:///', 'data/in/'],
    ['file:///a%20b', 'file:///', 'a%20b'],
    ['file:///', 'file:///', ''],
  ];
  for (const [uri, root, key] of cases) {
    it(`takes ${JSON.stringify(uri)}`, () => {
      const opened = openStores()(uri);
      assert.deepEqual([opened.store.root, opened.key], [root, key]);
    });
  }

  for (const uri of [
    '',
    '/data',
    'data/in',
    's3:/a/b',
    's3://',
    's3:///a',
    'file://',
    'file://data/in',
    'https://bucket/a',
    'S3://bucket/a',
  ]) {
    it(`refuses ${JSON.stringify(uri)}`, () => {
      assert.throws(
        () => openStores()(uri),
        (error: Error & { code?: string }) => {
          assert.equal(error.code, 'INVALID_INPUT');
          assert.ok(error.message.endsWith(`received ${JSON.stringify(uri)}`), error.message);
          return true;
        },
      );
    });
  }

  it('has one store a bucket', () => {
    const open = openStores();
    assert.equal(open('s3://a/1').store, open('s3://a/2').store);
    assert.notEqual(open('s3://a/1').store, open('s3://b/1').store);
    assert.equal(open('file:///1').store, open('file:///2').store);
  });

  it('does not load the AWS SDK before S3 is called', () => {
    const script = `
      import { openStores } from './src/storage/open-store.ts';
      import { registerHooks } from 'node:module';
      registerHooks({ load(url, context, next) { if (url.includes('@aws-sdk')) console.log(url); return next(url, context); } });
      const open = openStores();
      for await (const object of open('file://' + process.cwd() + '/package.json').store.list('nowhere/', AbortSignal.timeout(1000))) object;
      const { store } = open('s3://bucket/a');
      console.log('opened');
      if (process.argv[1] === 'call') await store.head('a', AbortSignal.abort()).catch(() => store.head('a', AbortSignal.timeout(1)).catch(() => {}));
      process.exit(0);
    `;
    const run = (...args: string[]): string => {
      const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script, ...args]);
      assert.equal(stderr.toString(), '');
      return stdout.toString();
    };
    assert.equal(run(), 'opened\n');
    assert.match(run('call'), /client-s3/); // the hook would have seen it
  });
});

describe('fileUri', () => {
  const cases: [path: string, uri: string][] = [
    ['/data/a b%41.jsonl', 'file:///data/a b%41.jsonl'],
    ['/data/', 'file:///data/'],
    ['/', 'file:///'],
    ['/data/../in', 'file:///in'],
    ['in', `file://${resolve('in')}`],
    ['in/', `file://${resolve('in')}/`],
    ['.', `file://${resolve('.')}`],
  ];
  for (const [path, uri] of cases) it(`of ${path}`, () => assert.equal(fileUri(path), uri));
});

describe('isUri', () => {
  const cases: [text: string, answer: boolean][] = [
    ['s3://b/a', true],
    ['file:///a', true],
    ['https://b/a', true],
    ['a/b', false],
    ['/a://b', false],
    ['C:\\a', false],
    ['a:b', false],
  ];
  for (const [text, answer] of cases) it(text, () => assert.equal(isUri(text), answer));
});
