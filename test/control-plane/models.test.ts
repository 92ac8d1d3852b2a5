import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { pipelineOf } from '../../src/control-plane/model-pipeline.ts';
import type { ContainerDefinition } from '../../src/sagemaker-api/create-model.ts';
import { modelRequest, startLocal } from './local.ts';

const arn = 'arn:aws:sagemaker:us-east-1:000000000000:model';

test('a model is created, described, listed and deleted', async (t) => {
  const local = await startLocal(t);
  const before = Date.now() / 1000;
  assert.deepEqual(await local.ok('CreateModel', modelRequest('Model-1')), { ModelArn: `${arn}/model-1` });
  const { CreationTime: created, ...described } = await local.ok('DescribeModel', { ModelName: 'Model-1' });
  assert.ok(Number(created) >= before && Number(created) <= Date.now() / 1000);
  assert.deepEqual(described, {
    ModelName: 'Model-1',
    ModelArn: `${arn}/model-1`,
    ExecutionRoleArn: 'arn:aws:iam::000000000000:role/batchline',
    PrimaryContainer: { Image: 'batchline', ModelDataUrl: 's3://b/m.tar.gz', Mode: 'SingleModel', Environment: {} },
    EnableNetworkIsolation: false,
  });
  const { Models: models } = await local.ok('ListModels');
  assert.deepEqual(models, [{ ModelName: 'Model-1', ModelArn: `${arn}/model-1`, CreationTime: created }]);

  const deleted = await local.call('DeleteModel', { ModelName: 'Model-1' });
  assert.deepEqual([deleted.status, deleted.body, deleted.headers.get('content-length')], [200, {}, '0']);
  assert.deepEqual(await local.ok('ListModels'), { Models: [] });
});

test('what is refused, in the service’s words', async (t) => {
  const local = await startLocal(t);
  await local.ok('CreateModel', modelRequest('m'));
  assert.equal(
    await local.error('CreateModel', modelRequest('M')),
    `ValidationException: Cannot create already existing model "${arn}/m".`,
  );
  for (const operation of ['DescribeModel', 'DeleteModel']) {
    const error = await local.error(operation, { ModelName: 'nothing' });
    assert.equal(error, `ValidationException: Could not find model "${arn}/nothing".`);
  }
  const Containers = [{ Image: 'a' }, { Image: 'b', ModelDataUrl: 's3://b/missing.tar.gz' }];
  assert.equal(
    await local.error('CreateModel', { ModelName: 'n', Containers }),
    'ValidationException: Could not find model data at s3://b/missing.tar.gz.',
  );
  assert.match(await local.error('CreateModel', modelRequest('a_b')), /^ValidationException: 1 validation error detec/);
  assert.match(await local.error('DescribeModel', {}), /Value null at 'modelName' .*Member must not be null$/);
});

test('models are listed by part of name, time and page', async (t) => {
  const local = await startLocal(t);
  for (const name of ['red-1', 'red-2', 'blue-1']) await local.ok('CreateModel', modelRequest(name));
  const names = async (request: object) =>
    ((await local.ok('ListModels', request))['Models'] as { ModelName: string }[]).map((model) => model.ModelName);
  assert.deepEqual(await names({ SortBy: 'Name', SortOrder: 'Ascending' }), ['blue-1', 'red-1', 'red-2']);
  assert.deepEqual(await names({ SortBy: 'Name', NameContains: 'red' }), ['red-2', 'red-1']);
  assert.deepEqual(await names({ CreationTimeAfter: Date.now() / 1000 + 60 }), []);
  assert.equal((await names({ CreationTimeBefore: Date.now() / 1000 + 60 })).length, 3);
  const first = await local.ok('ListModels', { SortBy: 'Name', MaxResults: 2 });
  assert.deepEqual(await names({ SortBy: 'Name', MaxResults: 2, NextToken: first['NextToken'] }), ['blue-1']);
});

describe('a model’s containers', () => {
  const registry = '123456789012.dkr.ecr.us-east-1.amazonaws.com';
  const model = 's3://b/m.tar.gz';
  const cases: [name: string, container: ContainerDefinition, spec: object][] = [
    ['our own', { Image: 'batchline', ModelDataUrl: model }, { kind: 'process', model }],
    [
      'our own of a registry',
      { Image: `${registry}/team/batchline:1.2`, ModelDataUrl: model },
      { kind: 'process', model },
    ],
    ['of a port', { Image: 'localhost:5000/batchline', ModelDataUrl: model }, { kind: 'process', model }],
    ['by digest', { Image: `${registry}/batchline:1@sha256:abc`, ModelDataUrl: model }, { kind: 'process', model }],
    ['under another name', { Image: 'team/scorer:2', ModelDataUrl: model }, { kind: 'process', model }],
    [
      'a name that ends alike',
      { Image: 'my-batchline', ModelDataUrl: model },
      { kind: 'image', image: 'my-batchline', model },
    ],
    ['a folder that is alike', { Image: 'batchline/other' }, { kind: 'image', image: 'batchline/other' }],
    ['our own with the model in it', { Image: 'batchline:1' }, { kind: 'image', image: 'batchline:1' }],
  ];
  for (const [name, container, spec] of cases) {
    test(name, () => {
      const [found] = pipelineOf({ ModelName: 'm', PrimaryContainer: container }, ['batchline', 'team/scorer']);
      assert.deepEqual(found?.spec, spec);
    });
  }

  test('of a pipeline have names and environments of their own', () => {
    const Containers = [
      { Image: 'a', Environment: { A: '1' } },
      { Image: 'b', ContainerHostname: 'second' },
      { Image: 'c' },
    ];
    const pipeline = pipelineOf({ ModelName: 'm', Containers }, []);
    assert.deepEqual(
      pipeline.map(({ name, environment }) => [name, environment]),
      [
        ['container-1', { A: '1' }],
        ['second', {}],
        ['container-3', {}],
      ],
    );
  });

  test('that transform jobs cannot have', () => {
    const of = (container: ContainerDefinition) => () => pipelineOf({ ModelName: 'm', Containers: [container] }, []);
    assert.throws(of({ Image: 'a', ModelDataSource: {} }), { type: 'ValidationException', message: /ModelDataSource/ });
    assert.throws(of({ Image: 'a', Mode: 'MultiModel' }), { type: 'ValidationException', message: /MultiModel/ });
  });
});
