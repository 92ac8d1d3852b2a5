import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { describe, test } from 'node:test';
import { readLaunchFile } from '../../../src/sagemaker/launch-file/read-launch-file.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const example = 'examples/flag-combo/launch.yaml';

test("the example is the seed's job, with defaults filled in", async () => {
  const { launch, region } = await readLaunchFile(example);
  assert.equal(region, 'eu-west-1');
  assert.deepEqual(launch, {
    name: 'flag-combo',
    image: {
      context: resolve('.'),
      dockerfile: 'Dockerfile',
      buildArgs: {},
      repository: 'batchline',
      scanOnPush: true,
    },
    model: { path: resolve('examples/flag-combo/model'), artifacts: 's3://my-bucket/models/' },
    createModel: { ExecutionRoleArn: 'arn:aws:iam::123456789012:role/batchline', PrimaryContainer: {} },
    job: {
      MaxPayloadInMB: 5,
      BatchStrategy: 'MultiRecord',
      TransformInput: {
        DataSource: { S3DataSource: { S3DataType: 'S3Prefix', S3Uri: 's3://my-bucket/outlets/' } },
        ContentType: 'application/json',
        SplitType: 'Line',
      },
      TransformOutput: { S3OutputPath: 's3://my-bucket/scored/', AssembleWith: 'Line' },
      TransformResources: { InstanceType: 'ml.m5.2xlarge', InstanceCount: 1 },
    },
    shard: 'none',
  });
});

describe('--set', () => {
  test('changes and adds values of every kind', async () => {
    const { launch } = await readLaunchFile(example, [
      'CreateTransformJob.MaxPayloadInMB=6',
      'CreateModel.PrimaryContainer.Environment.BATCHLINE_WORKERS=8',
      'CreateModel.Tags=[{Key: team, Value: food}]',
      'CreateModel.Tags.0.Value=menus',
      'image.registry=127.0.0.1:5000',
      'shard=auto',
      'model=s3://b/model.tar.gz',
    ]);
    assert.equal(launch.job.MaxPayloadInMB, 6);
    assert.deepEqual(launch.createModel.PrimaryContainer, { Environment: { BATCHLINE_WORKERS: '8' } });
    assert.deepEqual(launch.createModel.Tags, [{ Key: 'team', Value: 'menus' }]);
    assert.equal(launch.image?.registry, '127.0.0.1:5000');
    assert.equal(launch.shard, 'auto');
    assert.deepEqual(launch.model, { path: 's3://b/model.tar.gz', artifacts: 's3://my-bucket/models/' });
  });

  const wrong: [setting: string, message: RegExp][] = [
    ['shard', /--set: expected key=value, .* received "shard"$/],
    ['a..b=1', /received "a\.\.b=1"/],
    ['shard=[', /--set shard: not YAML/],
    ['name.first=a', /--set name\.first: name is "flag-combo", which has no keys/],
  ];
  for (const [setting, message] of wrong) {
    test(`refuses ${setting}`, async () => {
      await assert.rejects(readLaunchFile(example, [setting]), { code: 'INVALID_SETTING', message });
    });
  }
});

test('the job may be in the file of the local run, and be changed', async (t) => {
  const folder = await temporaryFolder(t);
  const job = { ...(await readLaunchFile(example)).launch.job, TransformJobName: 'j', ModelName: 'm' };
  await mkdir(join(folder, 'jobs'));
  await writeFile(join(folder, 'jobs/job.json'), JSON.stringify(job));
  await writeFile(join(folder, 'launch.json'), '{"name":"n","CreateTransformJob":"jobs/job.json"}');
  const { launch } = await readLaunchFile(join(folder, 'launch.json'), ['CreateTransformJob.MaxPayloadInMB=7']);
  assert.deepEqual(launch.job, { ...job, MaxPayloadInMB: 7 });
  assert.equal(launch.image, undefined, 'a model that is there needs no image');
});

test('a container that names its image is left alone, the others are given one', async (t) => {
  const containers = 'Containers: [{ Image: a }, { Environment: { A: 1 } }]';
  const { launch } = await read(t, yaml({ CreateModel: `{ ${containers} }`, image: 'my-image:1' }));
  assert.deepEqual(launch.createModel.Containers, [{ Image: 'a' }, { Environment: { A: '1' } }]);
  assert.equal(launch.image?.existing, 'my-image:1');
  const foreign = await read(t, yaml({ CreateModel: '{ PrimaryContainer: { Image: a } }' }));
  assert.equal(foreign.launch.image, undefined);
});

describe('refused, with file, line and what was meant', () => {
  const cases: [name: string, text: string, message: RegExp][] = [
    ['no YAML', 'name: [', /launch\.yaml, line 1, column \d+: not YAML/],
    ['the same key twice', 'name: a\nname: b', /launch\.yaml, line 2, .*unique/],
    ['a list', '- a', /expected keys and values, received a list/],
    ['nothing', '', /expected keys and values, received nothing/],
    [
      'no job',
      'name: a',
      /CreateTransformJob: expected the members of a CreateTransformJob request, .* received nothing/,
    ],
    ['a name that is too long', yaml({ name: 'a'.repeat(29) }), /launch\.yaml, line 1: Value 'a+' at 'name'.*28/],
    ['an unknown key', yaml({ artefacts: 's3://b/' }), /unknown member "artefacts"; did you mean "artifacts"\?/],
    [
      'an unknown key of image',
      yaml({ image: '{ repositry: a }' }),
      /unknown member "repositry"; did you mean "repository"\?/,
    ],
    ['a bad repository', yaml({ image: '{ repository: Big }' }), /line 8: Value 'Big' at 'image\.repository'/],
    ['an image of another kind', yaml({ image: '[a]' }), /'image' .*the name of an image, or a structure/],
    ['a model without artifacts', yaml({ model: '.' }), /launch\.yaml, line 8: model: expected "artifacts"/],
    ['a model that is not there', yaml({ model: 'gone', artifacts: 's3://b/' }), /there is no .*gone/],
    ['a bad member', yaml({}).replace('Line', 'Lines'), /line 3: Value 'Lines' at 'transformInput\.splitType'/],
    [
      'an unknown member',
      yaml({}).replace('SplitType', 'SplitTyp'),
      /line 3: .*"SplitTyp"; did you mean "SplitType"\?/,
    ],
    ['an unknown member of the model', yaml({ CreateModel: '{ Vpc: 1 }' }), /line 8: .*unknown member "Vpc"/],
    ['a missing member', 'name: a\nCreateTransformJob: {}', /line 2: Value null at 'transformInput'/],
    ['a file of a section that is not there', yaml({ CreateModel: 'model.json' }), /model\.json: cannot be read/],
  ];
  for (const [name, text, message] of cases) {
    test(name, async (t) => {
      await assert.rejects(read(t, text), (error: Error & { code: string }) => {
        assert.match(error.message, message);
        return ['INVALID_SETTING', 'INVALID_REQUEST'].includes(error.code);
      });
    });
  }
});

function yaml(more: Record<string, string>): string {
  const { name = 'a', ...rest } = more;
  const job = `name: ${name}
CreateTransformJob:
  TransformInput: { DataSource: { S3DataSource: { S3DataType: S3Prefix, S3Uri: s3://b/in/ } }, SplitType: Line }
  TransformOutput:
    S3OutputPath: s3://b/out/
  TransformResources: { InstanceType: ml.m5.large, InstanceCount: 1 }
`;
  return `${job}# more\n${Object.entries(rest)
    .map(([key, value]) => `${key}: ${value}\n`)
    .join('')}`;
}

async function read(t: Parameters<typeof temporaryFolder>[0], text: string) {
  const file = join(await temporaryFolder(t), 'launch.yaml');
  await writeFile(file, text);
  return await readLaunchFile(file);
}
