import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { describe, test } from 'node:test';
import { showProgress } from '../../src/cli/progress.ts';

describe('progress', () => {
  test('on a terminal is a bar that goes away', () => {
    const { stream, written } = terminal(true);
    const hide = showProgress({
      stream,
      totalObjects: 3,
      totalBytes: 4_000_000,
      view: () => ({ objects: 1, bytes: 1_000_000 }),
    });
    hide();
    assert.match(written(), / 25% \| 1\/3 objects \| 1\.0\/4\.0 MB \| [\d.]+ MB\/s \| ETA \d+ s/);
    assert.ok(written().includes('\x1b[?25h'), 'the cursor is shown again');
  });

  test('elsewhere is a line every two seconds, so nothing for a short job', (t) => {
    t.mock.timers.enable({ apis: ['setInterval'] });
    const { stream, written } = terminal(false);
    const hide = showProgress({
      stream,
      totalObjects: 1,
      totalBytes: 9e12,
      view: () => ({ objects: 0, bytes: 1_000_000 }),
    });
    t.mock.timers.tick(1999);
    assert.equal(written(), '');
    t.mock.timers.tick(2001);
    assert.match(written(), /^(0\/1 objects, 1\.0\/9000000\.0 MB, [\d.]+ MB\/s, ETA \d+ .*\n){2}$/);
    hide();
    t.mock.timers.tick(10_000);
    assert.equal(written().split('\n').length, 3);
  });
});

function terminal(isTTY: boolean) {
  const stream = Object.assign(new PassThrough(), { isTTY, columns: 120 }) as unknown as NodeJS.WriteStream;
  let text = '';
  stream.on('data', (piece) => (text += piece));
  return { stream, written: () => text };
}
