import assert from 'node:assert/strict';
import { isUtf8 } from 'node:buffer';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { RecordError } from '../../../src/errors.ts';
import { parseCsvRow } from '../../../src/records/csv.ts';
import { type BlockTask, checkBlock, type RecordFinding } from '../../../src/transform/inspect/check-block.ts';
import { countColumns } from '../../../src/transform/inspect/count-columns.ts';
import { jsonDocument, mutate, mutations } from '../../records/json-documents.ts';

function blockOf(bytes: Buffer, content: BlockTask['content']): BlockTask {
  const shared = new SharedArrayBuffer(bytes.length);
  Buffer.from(shared).set(bytes);
  return { bytes: shared, start: 0, end: bytes.length, content, framing: 'lines', maxBytes: Infinity };
}

/** What JSON.parse, which the server agrees with, says of a line. */
function expected(line: Buffer): RecordFinding | undefined {
  if (!isUtf8(line)) return line.length === 0 ? 'blank' : 'invalidUtf8';
  const text = line.toString('utf8');
  if (text.trim() === '') return 'blank';
  if (text.startsWith('\uFEFF')) return 'invalidJson';
  try {
    JSON.parse(text);
    return undefined;
  } catch {
    return 'invalidJson';
  }
}

test('a line is JSON where JSON.parse says so', () => {
  const line = fc
    .tuple(jsonDocument, mutations)
    .map(([text, changes]) => changes.reduce(mutate, Buffer.from(text)))
    .map((bytes) => Buffer.from(bytes.toString('latin1').replaceAll('\n', ' ').replace(/\r$/, ''), 'latin1'));
  fc.assert(
    fc.property(line, (bytes) => {
      const { found } = checkBlock(blockOf(Buffer.concat([bytes, Buffer.from('\n')]), 'json'));
      const finding = expected(bytes);
      assert.deepEqual(Object.keys(found), finding === undefined ? [] : [finding]);
    }),
    { numRuns: 500 },
  );
});

test('a row has as many columns as its values', () => {
  const cell = fc
    .array(fc.constantFrom('a', '"', '""', ',', ' ', 'é', '""x'), { maxLength: 4 })
    .map((all) => all.join(''));
  const row = fc.array(cell, { minLength: 1, maxLength: 4 }).map((cells) => cells.join(','));
  fc.assert(
    fc.property(row, (text) => {
      const bytes = Buffer.from(text);
      const columns = countColumns(bytes, 0, bytes.length);
      assert.equal(columns > 0 ? columns : 'malformed', valuesIn(text) ?? 'malformed');
    }),
    { numRuns: 1000 },
  );
});

function valuesIn(row: string): number | undefined {
  try {
    return parseCsvRow(row).length;
  } catch (error) {
    assert.ok(error instanceof RecordError);
    return undefined;
  }
}

describe('a block', () => {
  test('begins and ends where the task says', () => {
    const task = blockOf(Buffer.from('bad\n1\n2\nbad\n'), 'json');
    const { records, found, longest } = checkBlock({ ...task, start: 4, end: 8 });
    assert.deepEqual({ records, found, longest }, { records: 2, found: {}, longest: { index: 0, bytes: 2 } });
  });

  test('may have more records than fit into one look', () => {
    const { records, found } = checkBlock(blockOf(Buffer.from(`${'1\n'.repeat(10_000)}x`), 'json'));
    assert.equal(records, 10_001);
    assert.deepEqual(found.invalidJson?.first[0]?.index, 10_000);
  });

  test('JSON that is nested deeper than the scanner goes is JSON', () => {
    const deep = `${'['.repeat(5000)}${']'.repeat(5000)}`;
    assert.deepEqual(checkBlock(blockOf(Buffer.from(`${deep}\n`), 'json')).found, {});
  });
});
