import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Launch } from '../../../src/sagemaker/launch-file/launch.ts';
import { type ModelParts, modelRequest } from '../../../src/sagemaker/model/model-request.ts';
import { parseCreateModel } from '../../../src/sagemaker-api/create-model.ts';

const role = 'arn:aws:iam::123456789012:role/batchline';
const parts: ModelParts = {
  image: '1.dkr.ecr.eu-west-1.amazonaws.com/batchline@sha256:0a',
  modelDataUrl: 's3://b/models/flag-combo/0b/model.tar.gz',
  lineage: { 'model-hash': '0b', git: undefined, source: 'dvc://model@v1 (md5 ☺)' },
};

function launch(createModel: Launch['createModel']): Launch {
  return {
    name: 'flag-combo',
    image: undefined,
    model: undefined,
    createModel,
    job: {} as Launch['job'],
    shard: 'none',
  };
}

test('a model without network, with image and archive, and where it is from', () => {
  const request = modelRequest(launch({ ExecutionRoleArn: role, Tags: [{ Key: 'team', Value: 'food' }] }), parts);
  assert.match(request.ModelName, /^flag-combo-[0-9a-f]{12}$/);
  assert.deepEqual(request, {
    ModelName: request.ModelName,
    PrimaryContainer: { ModelDataUrl: parts.modelDataUrl, Image: parts.image },
    EnableNetworkIsolation: true,
    ExecutionRoleArn: role,
    Tags: [
      { Key: 'team', Value: 'food' },
      { Key: 'batchline:model-hash', Value: '0b' },
      { Key: 'batchline:source', Value: 'dvc://model@v1 md5 ' },
    ],
  });
  assert.deepEqual(parseCreateModel(request, { unknown: 'refuse' }), request);
});

describe('its name', () => {
  const name = (model: Launch['createModel'], more: Partial<ModelParts> = {}) =>
    modelRequest(launch(model), { ...parts, ...more }).ModelName;
  const plain = name({ ExecutionRoleArn: role, PrimaryContainer: { Environment: { A: '1', B: '2' } } });

  test('is the same for the same in another order, with other tags and lineage', () => {
    const reordered = { PrimaryContainer: { Environment: { B: '2', A: '1' } }, ExecutionRoleArn: role };
    assert.equal(name({ ...reordered, Tags: [{ Key: 'a', Value: 'b' }] }, { lineage: {} }), plain);
  });
  const others: [what: string, model: Launch['createModel'], more?: Partial<ModelParts>][] = [
    ['image', {}, { image: 'other' }],
    ['archive', {}, { modelDataUrl: 's3://b/other.tar.gz' }],
    ['variable', { PrimaryContainer: { Environment: { A: '1', B: '3' } } }],
    ['role', { ExecutionRoleArn: `${role}2` }],
    ['isolation', { EnableNetworkIsolation: false }],
  ];
  for (const [what, model, more] of others) {
    test(`is another with another ${what}`, () => {
      const base = { ExecutionRoleArn: role, PrimaryContainer: { Environment: { A: '1', B: '2' } } };
      assert.notEqual(name({ ...base, ...model }, more), plain);
    });
  }
  test('is the one that is given', () => assert.equal(name({ ModelName: 'mine' }), 'mine'));
});

test('of a pipeline only the containers without an image are filled in', () => {
  const own = { Image: 'other', ModelDataUrl: 's3://b/own.tar.gz' };
  const request = modelRequest(launch({ Containers: [own, { Environment: { A: '1' } }] }), parts);
  assert.deepEqual(request.Containers, [
    own,
    { ModelDataUrl: parts.modelDataUrl, Environment: { A: '1' }, Image: parts.image },
  ]);
  assert.equal(request.PrimaryContainer, undefined);
});

test('no more than 50 tags, the given ones first', () => {
  const Tags = Array.from({ length: 50 }, (_, i) => ({ Key: `k${i}`, Value: 'v' }));
  assert.deepEqual(modelRequest(launch({ Tags }), parts).Tags, Tags);
});
