import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { checkImage } from '../../../src/sagemaker/image/check-image.ts';
import { provideImage } from '../../../src/sagemaker/image/provide-image.ts';
import { mediaTypes } from '../../../src/sagemaker/image/registry.ts';
import type { ImageSettings } from '../../../src/sagemaker/launch-file/launch.ts';
import type { Problem } from '../../../src/sagemaker/step.ts';
import { launchImage } from './launch-image.ts';

const failures = (problems: Problem[]): string[] =>
  problems.flatMap(({ severity, message }) => (severity === 'failure' ? [message] : []));

describe('the preflight of an image', () => {
  test('finds nothing wrong with what can be built, and makes nothing', async (t) => {
    const launch = await launchImage(t);
    const problems = await checkImage(launch.step());
    assert.deepEqual(failures(problems), []);
    assert.match(
      problems[0]?.message ?? '',
      /^the image is in 127\..* which is not ECR: SageMaker pulls from ECR in eu-west-1/,
    );
    assert.deepEqual([...new Set(launch.ecr.calls)], ['GetAuthorizationToken {}']);
    assert.deepEqual(launch.commands(), []);
  });

  const settings: [name: string, image: Partial<ImageSettings>, said: RegExp][] = [
    [
      'an illegal repository',
      { repository: 'Team/Model' },
      /^image\.repository "Team\/Model": expected 2 to 256 small letters/,
    ],
    ['a repository of one letter', { repository: 'a' }, /expected 2 to 256/],
    ['a context that is not there', { context: '/nowhere' }, /^image\.context "\/nowhere": expected a folder/],
    [
      'a Dockerfile that is not there',
      { dockerfile: 'none' },
      /^image\.dockerfile ".*\/none": expected a file that can be read: ENOENT/,
    ],
    ['a tool that is not installed', { tool: 'buildah' }, /^the image: buildah is not installed or does not answer/],
    ['a local image that is not there', { existing: 'none' }, /^image "none": docker has no such image/],
    ['a name that is none', { existing: 'a b' }, /^image "a b": expected host\/repository:tag/],
  ];
  for (const [name, image, said] of settings) {
    test(`finds ${name}`, async (t) => {
      const launch = await launchImage(t);
      const found = failures(await checkImage(launch.step(image)));
      assert.equal(found.length, 1);
      assert.match(found[0] ?? '', said);
    });
  }

  test('finds all at once', async (t) => {
    const launch = await launchImage(t, []);
    assert.equal(failures(await checkImage(launch.step({ repository: 'A', dockerfile: 'none' }))).length, 3);
  });

  test('finds what ECR refuses', async (t) => {
    const launch = await launchImage(t);
    launch.ecr.failures.set('GetAuthorizationToken', ['AccessDeniedException']);
    assert.match(failures(await checkImage(launch.step()))[0] ?? '', /allow ecr:GetAuthorizationToken/);
  });

  test('wants no tool for what the registry has', async (t) => {
    const launch = await launchImage(t);
    await provideImage(launch.step());
    process.env['PATH'] = '/nowhere';
    assert.deepEqual(failures(await checkImage(launch.step())), []);
    assert.match(failures(await checkImage(launch.step({}, { rebuild: true })))[0] ?? '', /none of docker, podman/);
  });

  test('looks at an existing image', async (t) => {
    const launch = await launchImage(t, []);
    const { host } = launch.registry;
    launch.registry.put('a/b', 'good');
    launch.registry.put('a/b', 'arm', { architecture: 'arm64' });
    launch.registry.put('a/b', 'oci', { mediaType: mediaTypes.oci });
    const check = (tag: string): Promise<Problem[]> => checkImage(launch.step({ existing: `${host}/a/b:${tag}` }));
    assert.deepEqual(failures(await check('good')), []);
    assert.match(failures(await check('arm'))[0] ?? '', /is for linux\/arm64; expected linux\/amd64/);
    assert.match(failures(await check('none'))[0] ?? '', /has no such image \(check the repository/);
    const oci = await check('oci');
    assert.deepEqual(failures(oci), []);
    assert.ok(oci.some(({ message }) => /SageMaker has been seen to refuse/.test(message)));
  });

  test('says where SageMaker cannot pull from', async (t) => {
    const launch = await launchImage(t);
    const registry = '123456789012.dkr.ecr.us-east-1.amazonaws.com';
    const step = launch.step({ registry, repository: 'A' }); // which is not asked for with such a name
    assert.ok(
      failures(await checkImage(step)).some((message) => /is in ECR of us-east-1; expected eu-west-1/.test(message)),
    );
    const here = { registry: '123456789012.dkr.ecr.eu-west-1.amazonaws.com', repository: 'A' };
    assert.equal((await checkImage(launch.step(here))).length, 1);
  });

  test('ends with its signal', async (t) => {
    const launch = await launchImage(t);
    launch.controller.abort(new Error('enough'));
    for (const image of [{}, { repository: 'A' }, { existing: `${launch.registry.host}/a:1` }]) {
      await assert.rejects(checkImage(launch.step(image)), /^Error: enough$/);
    }
  });

  test('knows the project’s own Dockerfile', async (t) => {
    const launch = await launchImage(t);
    const context = join(import.meta.dirname, '../../..');
    assert.ok(readFileSync(join(context, 'Dockerfile')).length > 0);
    assert.deepEqual(failures(await checkImage(launch.step({ context }))), []);
  });
});
