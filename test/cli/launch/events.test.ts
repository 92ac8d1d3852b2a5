import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { printMessages } from '../../../src/cli/launch/events.ts';

describe('messages', () => {
  test('on a terminal: one line is rewritten, and gone when something lasting comes', () => {
    const { written, printer } = printed({ isTTY: true, columns: 20 });
    printer.tell({ event: 'progress', message: 'InProgress 1 s · 1,000,000 records' });
    printer.tell({ event: 'progress', message: 'two\nlines' });
    printer.tell({ event: 'model', message: 'model m: created' });
    printer.close();
    assert.deepEqual(written(), ['\r\x1b[KInProgress 1 s · 1,', '\r\x1b[Ktwo', '\r\x1b[K', 'model m: created\n']);
  });

  test('without a terminal: plain lines, of progress not every one', () => {
    const { written, printer } = printed({ isTTY: false, columns: 0 });
    for (let i = 0; i < 3; i++) printer.tell({ event: 'image.push', message: `push ${i}` });
    printer.tell({ event: 'image', message: 'image r@sha256:0' });
    printer.close();
    assert.deepEqual(written(), ['push 0\n', 'image r@sha256:0\n']);
  });

  test('the last progress line is removed at the end', () => {
    const { written, printer } = printed({ isTTY: true, columns: 80 });
    printer.tell({ event: 'progress', message: 'one' });
    printer.close();
    printer.close();
    assert.deepEqual(written(), ['\r\x1b[Kone', '\r\x1b[K']);
  });
});

function printed(terminal: { isTTY: boolean; columns: number }) {
  const pieces: string[] = [];
  const write = (piece: string) => pieces.push(piece) > 0;
  return { written: () => pieces, printer: printMessages({ ...terminal, write } as never) };
}
