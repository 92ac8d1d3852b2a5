import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { parseCsvRow } from '../../../src/records/csv.ts';
import { csvProblem, rawFields } from '../../../src/transform/processing/csv-fields.ts';

describe('the fields of a row as they are written', () => {
  const cases: [row: string, fields: string[]][] = [
    ['a', ['a']],
    ['a,b', ['a', 'b']],
    [',', ['', '']],
    ['a,,', ['a', '', '']],
    ['"a,b",c', ['"a,b"', 'c']],
    ['a,"b ""c"""', ['a', '"b ""c"""']],
    ['"",""""', ['""', '""""']],
    ['"a",', ['"a"', '']],
  ];
  for (const [row, fields] of cases) {
    test(row, () => {
      assert.equal(csvProblem(row), undefined);
      assert.deepEqual(rawFields(row), fields);
    });
  }
});

describe('malformed rows', () => {
  const cases: [row: string, problem: string][] = [
    ['5" pipe', 'bare " in non quoted field, column 1'],
    ['a,b"c"', 'bare " in non quoted field, column 2'],
    ['a, "b"', 'bare " in non quoted field, column 2'],
    ['"', 'extraneous or missing " in quoted field, column 1'],
    ['"a', 'extraneous or missing " in quoted field, column 1'],
    ['a,"b,c', 'extraneous or missing " in quoted field, column 2'],
    ['"a"b,c', 'extraneous or missing " in quoted field, column 1'],
    ['"a"b"', 'extraneous or missing " in quoted field, column 1'],
    ['"""', 'extraneous or missing " in quoted field, column 1'],
    ['"a""', 'extraneous or missing " in quoted field, column 1'],
  ];
  for (const [row, problem] of cases) test(row, () => assert.equal(csvProblem(row), problem));
});

test('any row is malformed, or its fields are those that the server reads', () => {
  const rows = fc
    .array(fc.constantFrom('"', '""', ',', 'a', 'é', ' '), { maxLength: 12 })
    .map((parts) => parts.join(''));
  fc.assert(
    fc.property(rows, (row) => {
      if (csvProblem(row) !== undefined) return;
      const fields = rawFields(row);
      assert.equal(fields.join(','), row);
      assert.deepEqual(
        fields.flatMap((field) => parseCsvRow(field)),
        parseCsvRow(row),
      );
    }),
  );
});
