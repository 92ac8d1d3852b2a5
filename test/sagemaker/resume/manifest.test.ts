import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { describe, it } from 'node:test';
import { jobObjects } from '../../../src/sagemaker/results/job-objects.ts';
import { resumeRequest, writeManifest } from '../../../src/sagemaker/resume/manifest.ts';
import { openStores } from '../../../src/storage/open-store.ts';
import { type Changes, jobFolder, never } from '../results/job-folder.ts';

describe('a manifest gives outputs the keys that the whole job would give them', () => {
  const cases: [about: string, files: string[], uri: string, prefix: string, items: string[]][] = [
    ['of a folder', ['in/a', 'in/deep/b'], 'in/', 'in/', ['a', 'deep/b']],
    ['of a folder without its slash', ['in/a', 'in/deep/b'], 'in', 'in/', ['a', 'deep/b']],
    ['of a prefix that ends within names', ['in/part-1', 'in/part-2/x'], 'in/part-', 'in/', ['part-1', 'part-2/x']],
    ['of one object', ['in/a', 'in/b'], 'in/a', 'in/', ['a']],
    ['of siblings that share the prefix', ['x/in-1/a', 'x/in-2/b'], 'x/in', 'x/', ['in-1/a', 'in-2/b']],
    ['of odd names', ['in/a b', 'in/ü&"\\'], 'in/', 'in/', ['a b', 'ü&"\\']],
  ];
  for (const [about, files, uri, prefix, items] of cases) {
    it(about, async (t) => {
      const job = await jobFolder(t, Object.fromEntries(files.map((name) => [name, '1\n'])));
      const request = job.request(from(`file://${job.folder}/${uri}`));
      const openStore = openStores();
      const whole = await jobObjects({ request, openStore }, never);
      const manifest = await writeManifest({ unfinished: whole, request, openStore, signal: never });
      assert.match(manifest, new RegExp(`^file://${job.folder}/out/resume-[0-9a-f]{16}\\.manifest$`));
      const content = await readFile(manifest.slice('file://'.length), 'utf8');
      assert.deepEqual(JSON.parse(content), [{ prefix: `file://${job.folder}/${prefix}` }, ...items]);
      const resumed = resumeRequest(request, manifest);
      const again = await jobObjects({ request: resumed, openStore }, never);
      assert.deepEqual(
        again.map(({ object, output }) => [object.key, output.key]),
        whole.map(({ object, output }) => [object.key, output.key]),
      );
      // What was left of a job that had a manifest itself.
      const left = again.slice(-1);
      const twice = resumeRequest(
        resumed,
        await writeManifest({ unfinished: left, request: resumed, openStore, signal: never }),
      );
      const [last] = await jobObjects({ request: twice, openStore }, never);
      assert.equal(last?.output.key, left[0]?.output.key);
    });
  }

  it('and is refused where no prefix does that', async (t) => {
    const job = await jobFolder(t, { 'in/a': '1\n', 'in-2/b': '1\n' });
    const request = job.request(from(`file://${job.folder}/in`));
    const openStore = openStores();
    const unfinished = await jobObjects({ request, openStore }, never);
    const write = (some: typeof unfinished) => writeManifest({ unfinished: some, request, openStore, signal: never });
    await assert.rejects(write(unfinished), {
      code: 'INVALID_INPUT',
      message:
        /^--resume: the outputs of .*in-2\/b and .*in\/a are named after .* expected an S3Uri that ends in a slash/,
    });
    await write(unfinished.slice(1));
    await assert.rejects(write([]), { message: '--resume: there is nothing left to score' });
  });

  it('goes to another folder, under a name that says what is in it', async (t) => {
    const job = await jobFolder(t, { 'in/a': '1\n', 'in/b': '1\n' });
    const request = job.request();
    const openStore = openStores();
    const objects = await jobObjects({ request, openStore }, never);
    const folder = `file://${job.folder}/artifacts`;
    const write = (count: number) =>
      writeManifest({ unfinished: objects.slice(0, count), request, folder, openStore, signal: never });
    const first = await write(2);
    assert.ok(first.startsWith(`${folder}/resume-`));
    assert.equal(await write(2), first);
    assert.notEqual(await write(1), first);
  });
});

it('a resumed request differs in nothing but its input', async (t) => {
  const job = await jobFolder(t, {});
  const request = job.request();
  const { TransformInput, ...same } = resumeRequest(request, 's3://b/m');
  const { TransformInput: input, ...others } = request;
  assert.deepEqual(same, others);
  assert.deepEqual(TransformInput, {
    ...input,
    DataSource: { S3DataSource: { S3DataType: 'ManifestFile', S3Uri: 's3://b/m' } },
  });
});

function from(S3Uri: string): Changes {
  return { input: { DataSource: { S3DataSource: { S3DataType: 'S3Prefix', S3Uri } } } };
}
