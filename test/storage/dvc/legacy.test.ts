import assert from 'node:assert/strict';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { fetchDvc } from '../../../src/storage/dvc/fetch-dvc.ts';
import { failure } from '../../support/stub-store.ts';
import { dvcFile, dvcProject, fetchIn, md5Of } from './dvc-project.ts';

describe('what DVC 2 wrote', () => {
  const text = 'a\r\nb\r\nc\n';
  const long = Buffer.from('line of a text\r\n'.repeat(100_000)); // of more than one chunk
  const binary = Buffer.concat([Buffer.alloc(600, 0xff), Buffer.from('\r\n')]);
  const cases: [name: string, content: Buffer, md5: string][] = [
    ['a text with carriage returns', Buffer.from(text), md5Of('a\nb\nc\n')],
    ['a long one', long, md5Of('line of a text\n'.repeat(100_000))],
    ['a binary file', binary, md5Of(binary)],
    ['an empty file', Buffer.alloc(0), md5Of('')],
    ['a text hashed as it is', Buffer.from(text), md5Of(text)],
  ];
  for (const layout of ['', 'files/md5/']) {
    for (const [name, content, md5] of cases) {
      test(`${name}, in the layout "${layout}"`, async (t) => {
        const project = await dvcProject(t, {
          'old.dvc': `outs:\n- md5: ${md5}\n  size: ${content.length}\n  path: old\n`,
        });
        const object = join(project.remote, layout, md5.slice(0, 2));
        await mkdir(object, { recursive: true });
        await writeFile(join(object, md5.slice(2)), content);
        const { fetched, options } = await fetchIn(t, project, 'dvc://old');
        assert.ok(content.equals(await readFile(fetched.path)));
        await rm(project.remote, { recursive: true });
        await fetchDvc('dvc://old', options);
      });
    }
  }

  test('is not what DVC 3 wrote', async (t) => {
    const md5 = md5Of('a\nb\nc\n');
    const project = await dvcProject(t, { 'new.dvc': dvcFile('new', md5) });
    await mkdir(join(project.remote, 'files/md5', md5.slice(0, 2)), { recursive: true });
    await writeFile(join(project.remote, 'files/md5', md5.slice(0, 2), md5.slice(2)), text);
    await assert.rejects(fetchIn(t, project, 'dvc://new'), failure(/expected md5/));
  });
});
