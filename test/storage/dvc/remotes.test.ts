import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFile, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, type TestContext, test } from 'node:test';
import { fetchDvc } from '../../../src/storage/dvc/fetch-dvc.ts';
import { stubS3 } from '../../support/stub-s3.ts';
import { count, failure } from '../../support/stub-store.ts';
import { dvcFile, dvcProject, fetchIn, filesBelow, labels, labelsMd5, withLabels } from './dvc-project.ts';

describe('a remote', () => {
  test('on S3 has an address and keys of its own', async (t) => {
    const stub = await stubS3(t);
    const project = await withLabels(t);
    stub.put(`bucket/dvc/store/files/md5/03/${labelsMd5.slice(2)}`, labels);
    const config = s3Config(stub.url, 's3://bucket/dvc/store/');
    await project.write({ '.dvc/config': config.shared, '.dvc/config.local': config.local });
    const { fetched } = await fetchIn(t, project, 'dvc://labels.tsv');
    assert.equal(await readFile(fetched.path, 'utf8'), labels);
    assert.deepEqual(
      new Set(stub.requests.map((request) => request.split(' ')[1])),
      new Set([`bucket/dvc/store/files/md5/03/${labelsMd5.slice(2)}`]),
    );
    assert.ok(count(stub, 'GetObject') === 1);
  });

  test('with versions is asked for the one that was pushed', async (t) => {
    const asked: string[] = [];
    const url = await serve(t, (request) => {
      asked.push(`${request.method} ${request.url} ${request.headers['if-match']}`);
      return request.url?.includes('versionId=v1')
        ? request.url.includes('/data/sub/')
          ? 'hello\n'
          : labels
        : 'newer';
    });
    const cloud = '    cloud:\n      store:\n        etag: e1\n        version_id: v1\n';
    const project = await dvcProject(t, {
      'in/labels.tsv.dvc': `outs:\n- md5: ${labelsMd5}\n  size: 13\n  hash: md5\n  path: labels.tsv\n${cloud.replaceAll(/^ {4}/gm, '  ')}`,
      'in/data.dvc': `outs:\n- hash: md5\n  path: data\n  files:\n  - relpath: sub/h.txt\n    md5: b1946ac92492d2347c6235b4d2611184\n    size: 6\n${cloud}`,
      'in/unpushed.dvc': dvcFile('unpushed', labelsMd5, 13),
    });
    const { shared, local } = s3Config(url, 's3://bucket/dvc');
    await project.write({ '.dvc/config': `${shared}    version_aware = true\n`, '.dvc/config.local': local });
    const { fetched, options } = await fetchIn(t, project, 'dvc://in/labels.tsv');
    assert.equal(await readFile(fetched.path, 'utf8'), labels);
    const folder = await fetchDvc('dvc://in/data', options);
    assert.deepEqual(await filesBelow(folder.path), { 'sub/h.txt': 'hello\n' });
    assert.deepEqual(
      asked.map((line) => line.replace(/&?x-id=GetObject&?/, '')),
      [
        'GET /bucket/dvc/in/labels.tsv?versionId=v1 undefined',
        'GET /bucket/dvc/in/data/sub/h.txt?versionId=v1 undefined',
      ],
    );
    await assert.rejects(fetchDvc('dvc://in/unpushed', options), failure(/received neither: run `dvc push`/));
  });

  test('can be the output’s own, in a folder beside the configuration, and build on another', async (t) => {
    const project = await withLabels(t);
    const object = `files/md5/03/${labelsMd5.slice(2)}`;
    await project.write({
      '.dvc/config': `['remote "my.base"']\n    url = ../base\n['remote "Sub"']\n    url = remote://my.base/sub/\n`,
      'labels.tsv.dvc': `${dvcFile('labels.tsv', labelsMd5, 13)}  remote: sub\n`,
      [`base/sub/${object}`]: labels,
    });
    await rm(project.remote, { recursive: true });
    assert.equal(await readFile((await fetchIn(t, project, 'dvc://labels.tsv')).fetched.path, 'utf8'), labels);
  });

  test('is not looked for where the settings cannot be read', async (t) => {
    const project = await withLabels(t);
    await project.write({ '.dvc/config.local/x': '' });
    await assert.rejects(fetchIn(t, project, 'dvc://labels.tsv'), failure(/config\.local cannot be read: EISDIR/));
  });

  const wrong: [name: string, config: string, message: RegExp][] = [
    [
      'none',
      '',
      /^\.dvc\/config and \.dvc\/config\.local: expected \[core\] remote, received none: .*dvc remote add -d NAME/,
    ],
    [
      'another name',
      `[core]\nremote = mine\n['remote "store"']\nurl = s3://b\n`,
      /expected a section \['remote "mine"'\] with url, received remotes: "store"/,
    ],
    [
      'no url',
      `[core]\nremote = store\n['remote "store"']\nregion = x\n`,
      /remote "store": expected url, received none/,
    ],
    ['itself', `[core]\nremote = a\n['remote "a"']\nurl = remote://a/x\n`, /received remotes: "a"/],
    [
      'another scheme',
      `[core]\nremote = a\n['remote "a"']\nurl = ssh://me:secret@host/x\n`,
      /url: expected s3:\/\/bucket\/prefix or a folder, received "ssh:\/\/…@host\/x"/,
    ],
    [
      'half of a key',
      `${s3Config('http://h', 's3://b').shared}access_key_id = AKIAX\n`,
      /expected access_key_id and secret_access_key, received access_key_id without secret_access_key/,
    ],
    [
      'the other half',
      `${s3Config('http://h', 's3://b').shared}secret_access_key = hush\n`,
      /received secret_access_key without access_key_id$/,
    ],
    [
      'what is not heeded',
      `${s3Config('http://h', 's3://b').shared}sse_customer_key = hush\n`,
      /sse_customer_key: expected a remote without it/,
    ],
  ];
  for (const [name, config, message] of wrong) {
    test(`that is ${name} is an error`, async (t) => {
      const project = await withLabels(t);
      await project.write({ '.dvc/config': config });
      await assert.rejects(fetchIn(t, project, 'dvc://labels.tsv'), (error: Error) => {
        assert.ok(!/secret@|hush/.test(error.message), error.message);
        return failure(message)(error);
      });
    });
  }
});

function s3Config(endpoint: string, url: string): { shared: string; local: string } {
  return {
    shared: `[core]\n    remote = store\n['remote "store"']\n    url = ${url}\n    endpointurl = ${endpoint}\n    region = eu-central-1\n`,
    local: `['remote "store"']\n    access_key_id = AKIATEST\n    secret_access_key = hush\n    session_token = token\n`,
  };
}
async function serve(t: TestContext, answer: (request: IncomingMessage) => string): Promise<string> {
  const server = createServer((request, response) => response.end(answer(request))).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
