import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { orderTerms } from '../../../src/learning/features/order-terms.ts';
import { sortRow } from '../../../src/learning/features/sort-row.ts';

test('terms are in code-point order, whatever their length and however many share a beginning', () => {
  const unit = fc.constantFrom('a', 'b', '\0', ' ', 'é', '\uffee', '\u{1d7d8}', '\u{1f354}', 'the ');
  const terms = fc.uniqueArray(fc.string({ unit, maxLength: 9 }), { maxLength: 80 });
  fc.assert(
    fc.property(terms, (strings) => {
      const encoded = strings.map((term) => Buffer.from(term));
      const offsets = Uint32Array.from({ length: encoded.length + 1 }, (_, end) =>
        encoded.slice(0, end).reduce((sum, { length }) => sum + length, 0),
      );
      const order = orderTerms({ bytes: Buffer.concat(encoded), offsets }, encoded.length);
      assert.deepEqual(
        Array.from(order, (term) => encoded[term]),
        encoded.toSorted(Buffer.compare),
      );
    }),
  );
});

test('sorts rows short and long, columns up to 2^31', () => {
  const columns = fc.uniqueArray(fc.nat(2 ** 31), { maxLength: 200 });
  fc.assert(
    fc.property(columns, (unsorted) => {
      const [sorted, values] = [Uint32Array.from([9, ...unsorted, 0]), Float64Array.from([1, ...unsorted, 2])];
      sortRow(sorted, values, 1, 1 + unsorted.length);
      const expected = unsorted.toSorted((a, b) => a - b);
      assert.deepEqual([...sorted], [9, ...expected, 0]);
      assert.deepEqual([...values], [1, ...expected, 2]);
    }),
  );
});
