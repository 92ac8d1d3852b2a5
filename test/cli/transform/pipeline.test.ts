import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { pipelineOf } from '../../../src/cli/transform/pipeline.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const none = { env: [], assume: [], report: false, preview: 0 };

describe('--create-model', () => {
  test('names the containers of a pipeline, with their variables', async (t) => {
    const folder = await temporaryFolder(t, {
      'model.json': JSON.stringify({
        ModelName: 'm',
        Containers: [
          { Image: 'team/scaler:1', ModelDataUrl: '/models/a.tar.gz', Environment: { A: '1' } },
          { Image: '1.dkr.ecr.eu-west-1.amazonaws.com/batchline@sha256:00', ModelDataUrl: 's3://b/m.tar.gz' },
        ],
      }),
    });
    assert.deepEqual(await pipelineOf({ ...none, createModel: join(folder, 'model.json') }), [
      {
        name: 'container-1',
        spec: { kind: 'image', image: 'team/scaler:1', model: '/models/a.tar.gz' },
        environment: { A: '1' },
      },
      // An image of batchline needs none: its server is here.
      { name: 'container-2', spec: { kind: 'process', model: 's3://b/m.tar.gz' }, environment: {} },
    ]);
  });

  const wrong: [name: string, text: string, message: RegExp][] = [
    ['is not there', '', /^--create-model: cannot read .*model\.json: ENOENT/],
    ['is not JSON', '{', /^--create-model: .*model\.json is not JSON: /],
    ['is a list', '[]', /^--create-model: .*model\.json: expected a JSON object/],
    ['lacks a name', '{"PrimaryContainer":{"Image":"x"}}', /'modelName' failed to satisfy constraint/],
  ];
  for (const [name, text, message] of wrong) {
    test(`that ${name} is refused`, async (t) => {
      const folder = await temporaryFolder(t, text === '' ? {} : { 'model.json': text });
      await assert.rejects(pipelineOf({ ...none, createModel: join(folder, 'model.json') }), { message });
    });
  }
});

test('--image and --model go together', async (t) => {
  const model = await temporaryFolder(t);
  assert.deepEqual(await pipelineOf({ ...none, image: 'x:1', model }), [
    { name: 'container-1', spec: { kind: 'image', image: 'x:1', model }, environment: {} },
  ]);
});
