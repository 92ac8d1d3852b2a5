import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { LogLines } from '../../../src/transform/containers/log-lines.ts';

describe('lines', () => {
  const bytes = Buffer.from('é\n');
  const cases: [name: string, pieces: (string | Buffer)[], lines: string[]][] = [
    ['in one piece', ['a\nb\n'], ['a', 'b']],
    ['over pieces', ['a', 'b\nc', '\n'], ['ab', 'c']],
    ['without a last newline', ['a\nb'], ['a', 'b']],
    ['with carriage returns', ['a\r', '\nb\r\n'], ['a', 'b']],
    ['that are blank', ['\n\na\n'], ['', '', 'a']],
    ['with a character over pieces', [bytes.subarray(0, 1), bytes.subarray(1)], ['é']],
    ['too long for an event', ['x'.repeat(300_000), 'y\n'], ['x'.repeat(300_000), 'y']],
    ['of nothing', [], []],
  ];
  for (const [name, pieces, expected] of cases) {
    test(name, () => {
      const lines: string[] = [];
      const cut = new LogLines((line) => lines.push(line));
      for (const piece of pieces) cut.push(Buffer.from(piece as string));
      cut.end();
      assert.deepEqual(lines, expected);
    });
  }
});
