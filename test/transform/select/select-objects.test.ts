import assert from 'node:assert/strict';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import type { CreateTransformJobRequest } from '../../../src/sagemaker-api/create-transform-job.ts';
import { openStores } from '../../../src/storage/open-store.ts';
import { parseAssumptions } from '../../../src/transform/assumptions.ts';
import type { InputObject } from '../../../src/transform/job.ts';
import { outputName } from '../../../src/transform/objects/transform-object.ts';
import { selectObjects } from '../../../src/transform/select/select-objects.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { never } from '../run-files.ts';

describe('a plain path', () => {
  test('of a file: itself, by its name, without siblings that begin like it', async (t) => {
    const folder = await temporaryFolder(t, { 'a/b.jsonl': '12345', 'a/b.jsonl.bak': '' });
    const objects = await select(join(folder, 'a/b.jsonl'), join(folder, 'out'));
    assert.deepEqual(objects.map(shown), [['b.jsonl', 5, join(folder, 'out/b.jsonl.out')]]);
  });

  test('of a folder: all files below it, hidden and empty ones too, in the order of S3', async (t) => {
    const names = ['b', 'a/z', 'a-1', 'B', '.hidden', 'a/.deep/x', 'é', 'empty', '\u{1F600}', '\uFB00'];
    const folder = await temporaryFolder(t, Object.fromEntries(names.map((name) => [`in/${name}`, ''])));
    await mkdir(join(folder, 'in/no-files'));
    const objects = await select(join(folder, 'in'), join(folder, 'out'));
    const order = ['.hidden', 'B', 'a-1', 'a/.deep/x', 'a/z', 'b', 'empty', 'é', '\uFB00', '\u{1F600}'];
    assert.deepEqual(namesOf(objects), order);
    assert.deepEqual(objects[3] && outputName(objects[3]), join(folder, 'out/a/.deep/x.out'));
  });

  test('behind links are found, and a loop ends', async (t) => {
    const folder = await temporaryFolder(t, { 'in/a/x': '', 'elsewhere/y': '' });
    await symlink('../../elsewhere', join(folder, 'in/a/linked'));
    await symlink('../../in', join(folder, 'in/a/loop'));
    await symlink('x', join(folder, 'in/a/same'));
    assert.deepEqual(namesOf(await select(join(folder, 'in'), join(folder, 'out'))), ['a/linked/y', 'a/same', 'a/x']);
  });
});

describe('the output of a key', () => {
  // The two observed cases of the contract, and what follows from their rule.
  const cases: [prefix: string, file: string, output: string][] = [
    ['in/a.csv', 'in/a.csv', 'a.csv.out'],
    ['in', 'in/a.csv', 'a.csv.out'],
    ['in/', 'in/a.csv', 'a.csv.out'],
    ['in/', 'in/b/c/a.csv', 'b/c/a.csv.out'],
    ['in/pa', 'in/part-1/a.csv', 'part-1/a.csv.out'],
    ['in/part-', 'in/part-1', 'part-1.out'],
  ];
  for (const [prefix, file, output] of cases) {
    test(`${file} by the prefix ${prefix} is ${output}`, async (t) => {
      const folder = await temporaryFolder(t, { [file]: 'x' });
      const objects = await select(`file://${folder}/${prefix}`, join(folder, 'out'));
      assert.deepEqual(objects.map(outputName), [join(folder, 'out', output)]);
    });
  }

  test('is its last part alone if that is assumed', async (t) => {
    const folder = await temporaryFolder(t, { 'in/b/c/a.csv': 'x' });
    const objects = await select(join(folder, 'in'), join(folder, 'out'), { assume: ['output-key=basename'] });
    assert.deepEqual(objects.map(outputName), [join(folder, 'out/a.csv.out')]);
  });

  test('of a compressed object keeps .gz unless that is assumed otherwise', async (t) => {
    const folder = await temporaryFolder(t, { 'in/a.csv.gz': 'x' });
    const gzip = { CompressionType: 'Gzip' } as const;
    for (const [assumed, name] of [
      ['keep', 'a.csv.gz.out'],
      ['strip', 'a.csv.out'],
    ]) {
      const options = { assume: [`gzip-output=${assumed}`], input: gzip };
      const objects = await select(join(folder, 'in'), join(folder, 'out'), options);
      assert.deepEqual(objects.map(outputName), [join(folder, 'out', name as string)]);
    }
  });
});

test('a file:// URI is a string prefix: siblings that begin like it are in', async (t) => {
  const folder = await temporaryFolder(t, { 'in/part-1': '', 'in/part-2/x': '', 'in/other': '' });
  const objects = await select(`file://${folder}/in/part-`, join(folder, 'out'));
  assert.deepEqual(namesOf(objects), ['part-1', 'part-2/x']);
});

test('empty objects are left out if that is assumed', async (t) => {
  const folder = await temporaryFolder(t, { 'in/a': 'x', 'in/b': '' });
  const objects = await select(join(folder, 'in'), join(folder, 'out'), { assume: ['empty-object=skip'] });
  assert.deepEqual(namesOf(objects), ['a']);
});

describe('a manifest', () => {
  const manifest = (t: Parameters<typeof temporaryFolder>[0], text: (folder: string) => string) =>
    temporaryFolder(t, { 'in/b': 'bb', 'in/c/d': 'd', 'in/a': 'a' }).then(async (folder) => {
      await writeFile(join(folder, 'manifest.json'), text(folder));
      const uri = `file://${folder}/manifest.json`;
      return { folder, objects: select(uri, join(folder, 'out'), { manifest: true }) };
    });

  test('names objects behind its prefix, in its order', async (t) => {
    const { folder, objects } = await manifest(t, (at) => `[{"prefix":"file://${at}/in/"},"b","c/d","a"]`);
    assert.deepEqual((await objects).map(shown), [
      ['b', 2, join(folder, 'out/b.out')],
      ['c/d', 1, join(folder, 'out/c/d.out')],
      ['a', 1, join(folder, 'out/a.out')],
    ]);
  });

  test('may be named by a plain path', async (t) => {
    const folder = await temporaryFolder(t, { 'in/a': 'a' });
    await writeFile(join(folder, 'm.json'), `[{"prefix":"file://${folder}/in/"},"a"]`);
    assert.deepEqual(namesOf(await select(join(folder, 'm.json'), join(folder, 'out'), { manifest: true })), ['a']);
  });

  const wrong: [text: string, message: RegExp][] = [
    ['[]', /element 0: expected \{"prefix":"s3:.*, received an empty array/],
    ['["a"]', /element 0: expected \{"prefix":"s3:.*, received "a"/],
    ['[{"prefix":"http://x/"},"a"]', /element 0: expected/],
    ['[{"prefix":"file://IN/"},"a",7]', /element 2: expected the name of an object, received 7/],
    ['[{"prefix":"file://IN/"},"a","none"]', /element 2: .*in\/none, which does not exist/],
    ['[{"prefix":"file://IN/"},"a"', /manifest\.json is not a JSON array of names: /],
    ['{"prefix":"x"}', /manifest\.json is not a JSON array of names: /],
    ['', /manifest\.json is not a JSON array of names: /],
  ];
  for (const [text, message] of wrong) {
    test(`that is ${text || 'empty'}`, async (t) => {
      const { objects } = await manifest(t, (folder) => text.replaceAll('IN', `${folder}/in`));
      await assert.rejects(objects, { code: 'INVALID_INPUT', message });
    });
  }

  test('that does not exist', async (t) => {
    const folder = await temporaryFolder(t);
    const objects = select(`file://${folder}/none`, join(folder, 'out'), { manifest: true });
    await assert.rejects(objects, { code: 'INVALID_INPUT', message: /none does not exist/ });
  });
});

describe('refused', () => {
  const cases: [name: string, files: string[], input: string, output: string, message: RegExp][] = [
    ['a missing input', [], 'in', 'out', /^--input: expected a file or a folder, received .*\/in \(ENOENT/],
    ['a device', [], '/dev/null', 'out', /^--input: .* \/dev\/null, which is neither$/],
    ['the input as output', ['in/a'], 'in', 'in', /lies in the input folder/],
    ['an output in the input', ['in/a'], 'in', 'in/not/yet', /lies in the input folder/],
    ['a file where a folder must be', ['in/a', 'in/a.out/b'], 'in', 'out', /the outputs of a and a\.out\/b collide/],
    ['an empty folder', ['else/x'], 'empty', 'out', /^No S3 objects found under S3 URL ".*empty" given in input data/],
  ];
  for (const [name, files, input, output, message] of cases) {
    test(name, async (t) => {
      const folder = await temporaryFolder(t, Object.fromEntries(files.map((file) => [file, ''])));
      if (input === 'empty') await mkdir(join(folder, 'empty'));
      const at = (path: string) => (path.startsWith('/') ? path : join(folder, path));
      await assert.rejects(select(at(input), at(output)), { code: 'INVALID_INPUT', message });
    });
  }

  test('two objects of the same last part, if that is what outputs are named by', async (t) => {
    const folder = await temporaryFolder(t, { 'in/a/x': '', 'in/b/x': '' });
    const objects = select(join(folder, 'in'), join(folder, 'out'), { assume: ['output-key=basename'] });
    await assert.rejects(objects, { code: 'INVALID_INPUT', message: /the outputs of a\/x and b\/x collide/ });
  });

  test('an output that would replace an input', async (t) => {
    const folder = await temporaryFolder(t, { 'in/in/x': '', 'in/x.out': '' });
    await assert.rejects(select(join(folder, 'in'), folder), {
      code: 'INVALID_INPUT',
      message: /^--input: the output of in\/x, .*\/in\/x\.out, is itself an input$/,
    });
  });

  test('a link that leads nowhere', async (t) => {
    const folder = await temporaryFolder(t, { 'in/a': '' });
    await symlink('nowhere', join(folder, 'in/b'));
    await assert.rejects(select(join(folder, 'in'), folder), { message: /in\/b.*ENOENT/ });
  });

  test('an output folder that a link leads back into the input', async (t) => {
    const folder = await temporaryFolder(t, { 'in/a': '' });
    await symlink('in', join(folder, 'out'));
    await assert.rejects(select(join(folder, 'in'), join(folder, 'out/x')), { message: /lies in the input/ });
  });
});

test('an output folder beside the input is fine, also one that begins with its name', async (t) => {
  const folder = await temporaryFolder(t, { 'in/a': '' });
  assert.equal((await select(join(folder, 'in'), join(folder, 'in-scored'))).length, 1);
  assert.equal((await select(join(folder, 'in/a'), join(folder, 'in'))).length, 1);
});

interface Options {
  readonly assume?: readonly string[];
  readonly input?: Partial<CreateTransformJobRequest['TransformInput']>;
  readonly manifest?: boolean;
}

function select(input: string, output: string, options: Options = {}): Promise<InputObject[]> {
  const S3DataType = options.manifest ? 'ManifestFile' : 'S3Prefix';
  const request: CreateTransformJobRequest = {
    TransformJobName: 'test',
    ModelName: 'test',
    TransformInput: { ...options.input, DataSource: { S3DataSource: { S3DataType, S3Uri: input } } },
    TransformOutput: { S3OutputPath: output },
    TransformResources: { InstanceType: 'ml.m5.large', InstanceCount: 1 },
  };
  const assumptions = parseAssumptions(options.assume ?? []);
  return selectObjects({ request, assumptions, openStore: openStores() }, never);
}

function shown(object: InputObject): unknown[] {
  return [object.name, object.object.bytes, outputName(object)];
}

function namesOf(objects: readonly InputObject[]): string[] {
  return objects.map(({ name }) => name);
}
