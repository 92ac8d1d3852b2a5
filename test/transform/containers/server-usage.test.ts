import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { fetchServerUsage } from '../../../src/transform/containers/server-usage.ts';
import { stubContainer } from '../stub-container.ts';

describe('/metrics', () => {
  const cases: [metrics: string | undefined, bytes: number | undefined][] = [
    [undefined, undefined],
    ['other 1\n', undefined],
    ['# HELP batchline_peak_memory_bytes x\nbatchline_peak_memory_bytes 123456\n', 123456],
    ['batchline_peak_memory_bytes{process="main"} 1.5e8\n', 150_000_000],
  ];
  for (const [metrics, bytes] of cases) {
    test(JSON.stringify(metrics) ?? '404', async (t) => {
      const { url } = await stubContainer(t, metrics === undefined ? {} : { metrics });
      assert.equal((await fetchServerUsage(url))?.peakBytes, bytes);
    });
  }
});
