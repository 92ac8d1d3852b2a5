import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LastLines } from '../../../src/transform/containers/last-lines.ts';

test('the last lines are kept in bounded memory, log records as their message', () => {
  const lines = new LastLines(100);
  for (let line = 0; line < 1000; line += 1) lines.push(Buffer.from(`line ${line}\n`));
  lines.push(Buffer.from('{"level":30,"msg":"scored"}\n'));
  lines.push(Buffer.from('{"level":50,"msg":"said","err":{"message":"said"}}\n\n{"a":1}\n'));
  assert.equal(lines.text(3), 'line 999\nsaid\n{"a":1}');
  assert.ok(lines.text(1000).length < 150);
});
