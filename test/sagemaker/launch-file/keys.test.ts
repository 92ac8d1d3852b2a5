import assert from 'node:assert/strict';
import { test } from 'node:test';
import { launchFileKeys } from '../../../src/sagemaker/launch-file/keys.ts';
import { imageKeys, launchFileSchema } from '../../../src/sagemaker/launch-file/schema.ts';

test('every key of the launch file is described, and no other', () => {
  const image = imageKeys.map((key) => `image.${key}`);
  const keys = Object.keys(launchFileSchema.shape).flatMap((key) => (key === 'image' ? [key, ...image] : key));
  assert.deepEqual(Object.keys(launchFileKeys), keys);
});
