import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type BatchSettings, checkSettings, chooseSettings } from '../../src/transform/settings.ts';

test('a flag wins over the container, the container over the default, setting by setting', () => {
  const container = { maxConcurrentTransforms: 4, maxPayloadInMB: 20 };
  assert.deepEqual(chooseSettings({ maxPayloadInMB: 0 }, container), {
    maxConcurrentTransforms: 4,
    maxPayloadInMB: 0,
    batchStrategy: 'MultiRecord',
    from: { maxConcurrentTransforms: 'container', maxPayloadInMB: 'job', batchStrategy: 'default' },
  });
});

test('the defaults are those of the API', () => {
  const { from: _, ...values } = chooseSettings({}, {});
  assert.deepEqual(values, { maxConcurrentTransforms: 1, maxPayloadInMB: 6, batchStrategy: 'MultiRecord' });
});

describe('given together', () => {
  const cases: [settings: Partial<BatchSettings>, message: RegExp | undefined][] = [
    [{}, undefined],
    [{ maxConcurrentTransforms: 500 }, undefined],
    [{ maxConcurrentTransforms: 500, maxPayloadInMB: 0 }, undefined],
    [{ maxConcurrentTransforms: 0, maxPayloadInMB: 100 }, undefined],
    [{ maxConcurrentTransforms: 50, maxPayloadInMB: 2 }, undefined],
    [{ maxConcurrentTransforms: 17, maxPayloadInMB: 6 }, /expected at most 100, received 17 × 6 = 102$/],
    [{ maxPayloadInMB: 101 }, /^MaxPayloadInMB: expected at most 100, received 101$/],
  ];
  for (const [settings, message] of cases) {
    test(JSON.stringify(settings), () => {
      if (message) assert.throws(() => checkSettings(settings), { code: 'INVALID_SETTING', message });
      else checkSettings(settings);
    });
  }
});
