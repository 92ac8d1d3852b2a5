import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseDecimal } from '../../../src/models/linear-text/parse-decimal.ts';

test('reads what Number() reads of decimal text, to the last bit', () => {
  const cells = [
    '0',
    '-0',
    '1.',
    '.5',
    '-.5',
    '+7',
    '00012',
    '0.1',
    '1e3',
    '123456789012345',
    '1234567890123456.7',
    ' 1\t',
    '0.000000000000001',
  ];
  for (const cell of cells) assert.ok(Object.is(parseDecimal(cell), Number(cell)), cell);
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.nat(15), (value, places) => {
      const fixed = Math.abs(value) < 1e9 ? value.toFixed(places) : String(value);
      for (const cell of [String(value), fixed]) assert.ok(Object.is(parseDecimal(cell), Number(cell)), cell);
    }),
  );
});

test('takes nothing else', () => {
  for (const cell of [
    '',
    ' ',
    '.',
    '-',
    '+',
    '-.',
    '1.2.3',
    '1-',
    '--1',
    '0x10',
    '0b1',
    'NaN',
    'Infinity',
    '1_0',
    '1,5',
    '1e',
    'e1',
    '１',
    '1\n',
  ]) {
    assert.ok(Number.isNaN(parseDecimal(cell)), JSON.stringify(cell));
  }
});
