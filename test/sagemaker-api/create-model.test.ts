import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parseCreateModel } from '../../src/sagemaker-api/create-model.ts';

const role = 'arn:aws:iam::123456789012:role/service-role/sagemaker';
const container = { Image: 'batchline:1', ModelDataUrl: 's3://b/model.tar.gz', Environment: { A: '1' } };
const model = { ModelName: 'model-1', ExecutionRoleArn: role, PrimaryContainer: container };

test('a model is as it was given, without what the API does not know', () => {
  const vpc = { VpcConfig: { Subnets: ['s'], SecurityGroupIds: ['g'] } };
  const kept = { ...model, ...vpc, PrimaryContainer: { ...container, ImageConfig: { RepositoryAccessMode: 'Vpc' } } };
  assert.deepEqual(parseCreateModel({ ...kept, Colour: 'red' }), kept);
  assert.deepEqual(parseCreateModel({ ModelName: 'm', Containers: [{ Image: 'a' }, { Image: 'b' }] }), {
    ModelName: 'm',
    Containers: [{ Image: 'a' }, { Image: 'b' }],
  });
});

test('a model archive may be a file where that is allowed', () => {
  const local = { ModelName: 'm', PrimaryContainer: { Image: 'batchline', ModelDataUrl: 'file:///m' } };
  assert.deepEqual(parseCreateModel(local, { allowFiles: true }), local);
  assert.throws(() => parseCreateModel(local), /'primaryContainer.modelDataUrl' .*pattern/);
});

describe('refused', () => {
  const cases: [name: string, request: object, message: RegExp][] = [
    ['no name', { ...model, ModelName: undefined }, /Value null at 'modelName' .*not be null$/],
    ['a bad name', { ...model, ModelName: 'a_b' }, /Value 'a_b' at 'modelName' .*pattern/],
    ['no container', { ModelName: 'm' }, /either PrimaryContainer or Containers/],
    ['no containers', { ModelName: 'm', Containers: [] }, /either PrimaryContainer or Containers/],
    ['both', { ...model, Containers: [container] }, /either PrimaryContainer or Containers/],
    ['sixteen', { ModelName: 'm', Containers: Array(16).fill(container) }, /'containers' .*less than or equal to 15$/],
    ['no image', { ModelName: 'm', PrimaryContainer: { ModelDataUrl: 's3://b/k' } }, /needs an Image$/],
    ['a package', { ModelName: 'm', PrimaryContainer: { ModelPackageName: 'p/1' } }, /"p\/1" cannot be looked up/],
    ['a space', { ModelName: 'm', Containers: [{ Image: 'a b' }] }, /'containers.1.member.image' .*\[\\S\]\+$/],
    ['a role name', { ...model, ExecutionRoleArn: 'sagemaker-execution-role' }, /'executionRoleArn' .*pattern/],
    ['bad variable', { ModelName: 'm', PrimaryContainer: { Image: 'a', Environment: { 'a-b': '' } } }, /Map keys must/],
    ['text for a flag', { ...model, EnableNetworkIsolation: 'true' }, /'enableNetworkIsolation' .*be a boolean$/],
  ];
  for (const [name, request, message] of cases) {
    test(name, () => assert.throws(() => parseCreateModel(request), { code: 'INVALID_REQUEST', message }));
  }
});
