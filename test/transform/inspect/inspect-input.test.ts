import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { fileUri, openStores } from '../../../src/storage/open-store.ts';
import type { InputFacts, InspectSettings } from '../../../src/transform/inspect/facts.ts';
import { inspectInput } from '../../../src/transform/inspect/inspect-input.ts';
import { problemsOf } from '../../../src/transform/inspect/problems.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const defaults: InspectSettings = {
  contentType: undefined,
  splitType: 'Line',
  batchStrategy: 'MultiRecord',
  maxPayloadInMB: 6,
  instanceCount: 1,
  compressionType: 'None',
};

type Files = Readonly<Record<string, string | Uint8Array>>;

async function inspected(t: TestContext, files: Files, settings: Partial<InspectSettings> = {}): Promise<InputFacts> {
  const folder = await temporaryFolder(t, files);
  const { store, key } = openStores()(fileUri(`${folder}/`));
  const { signal } = new AbortController();
  return await inspectInput({
    store,
    objects: await Array.fromAsync(store.list(key, signal)),
    settings: { ...defaults, ...settings },
    mostPlaces: 3,
    nameOf: (name) => name.slice(key.length),
    counters: { objects: 0, bytes: 0 },
    signal,
  });
}

/** `code×count object:line`, in the order of the report. */
function shown(facts: InputFacts): string[] {
  return problemsOf(facts).map(({ code, count, places: [first] }) =>
    [`${code}×${count}`, ...(first?.object ? [`${first.object}${first.line ? `:${first.line}` : ''}`] : [])].join(' '),
  );
}

function recordIo(...records: string[]): Buffer {
  const parts = records.flatMap((record) => {
    const header = Buffer.alloc(8);
    header.writeUInt32LE(0xced7230a, 0);
    header.writeUInt32LE(record.length, 4);
    return [header, Buffer.from(record), Buffer.alloc((4 - (record.length % 4)) % 4)];
  });
  return Buffer.concat(parts);
}

const lines = (count: number, line: string): string => `${line}\n`.repeat(count);

describe('what is found', () => {
  const cases: [name: string, files: Files, settings: Partial<InspectSettings>, found: string[]][] = [
    ['nothing in good lines', { 'a.jsonl': '{"a":1}\n[1,"é"]\n"x"' }, {}, []],
    ['nothing in good rows', { 'a.csv': '1,2\n3,"a ""b"", c"\n' }, {}, []],
    ['nothing in what is no text', { 'a.bin': Buffer.of(1, 0, 255, 0, 2, 0) }, { contentType: 'image/png' }, []],
    ['lines that are not JSON', { 'a.jsonl': '1\n{"a":1,}\n2\nx\n' }, {}, ['invalidJson×2 a.jsonl:2']],
    ['blank lines', { 'a.jsonl': '1\n\n \n' }, {}, ['blank×2 a.jsonl:2']],
    ['Latin-1', { 'a.csv': Buffer.from('1,caf\xe9\n2,b\n', 'latin1') }, {}, ['invalidUtf8×1 a.csv:1']],
    ['CRLF', { 'a.jsonl': '1\r\n2\r\n' }, {}, ['crlf×2 a.jsonl:1']],
    ['a byte order mark', { 'a.csv': '\uFEFF1,2\n' }, {}, ['byteOrderMark×1 a.csv']],
    ['UTF-16 with a mark', { 'a.csv': Buffer.from('\uFEFF1,2\n', 'utf16le') }, {}, ['utf16×1 a.csv']],
    ['UTF-16 without one', { 'a.csv': Buffer.from('1,2\n3,4\n', 'utf16le') }, {}, ['utf16×1 a.csv']],
    ['an array over lines', { 'a.json': '[\n{"a":1},\n{"a":2}\n]' }, {}, ['documentInLines×1 a.json']],
    ['an array on one line', { 'a.json': '[{"a":1},{"a":2}]\n' }, {}, ['documentInLines×1 a.json']],
    ['a document over lines', { 'a.json': '{\n "a": 1\n}' }, {}, ['documentInLines×1 a.json']],
    ['no document in one row of numbers', { 'a.jsonl': '[1,2]\n' }, {}, []],
    ['no document in a broken line', { 'a.jsonl': '{"a":\n1\n2\n' }, {}, ['invalidJson×1 a.jsonl:1']],
    ['documents where they may be', { 'a.json': '[\n{"a":1}\n]' }, { splitType: 'None' }, []],
    ['documents that are broken', { 'a.json': '[\n{"a":1\n]' }, { splitType: 'None' }, ['invalidJson×1 a.json:1']],
    ['a header', { 'a.csv': 'id,price\n1,2\n3,4\n' }, {}, ['header×1 a.csv']],
    ['no header above texts', { 'a.csv': 'id,price\na,b\nc,d\n' }, {}, []],
    ['no header of numbers', { 'a.csv': '1,2\n3,4\n' }, {}, []],
    ['ragged rows', { 'a.csv': '1,2\n3,4\n5\n', 'b.csv': '1,2,3\n' }, {}, ['raggedRow×2 a.csv:3']],
    ['a quote that goes on', { 'a.csv': '1,"a\nb",2\n' }, {}, ['openQuote×1 a.csv:1']],
    ['none where rows may go on', { 'a.csv': '1,"a\nb"\n2,c\n' }, { splitType: 'None' }, []],
    ['something behind a quote', { 'a.csv': '1,"a"b\n' }, {}, ['strayQuote×1 a.csv:1']],
    ['gzip that is not declared', { 'a.jsonl.gz': gzipSync('1\n') }, {}, ['gzipUndeclared×1 a.jsonl.gz']],
    ['nothing in gzip that is', { 'a.jsonl.gz': gzipSync('1\n') }, { compressionType: 'Gzip' }, []],
    ['what is in gzip', { 'a.csv.gz': gzipSync('1,2\n3\n') }, { compressionType: 'Gzip' }, ['raggedRow×1 a.csv.gz:2']],
    ['what is not gzip', { 'a.jsonl': '1\n' }, { compressionType: 'Gzip' }, ['notGzip×1 a.jsonl']],
    [
      'gzip that is cut off',
      { 'a.jsonl': gzipSync(lines(1000, '1')).subarray(0, -6) },
      { compressionType: 'Gzip' },
      ['corruptGzip×1 a.jsonl'],
    ],
    ['nothing in RecordIO', { a: recordIo('abc', 'de') }, { splitType: 'RecordIO' }, []],
    [
      'RecordIO that is cut off',
      { a: recordIo('abc', 'de').subarray(0, -2) },
      { splitType: 'RecordIO' },
      ['brokenFraming×1 a:2'],
    ],
    ['what is no TFRecord', { a: recordIo('abc', 'de') }, { splitType: 'TFRecord' }, ['brokenFraming×1 a:1']],
    [
      'a binary record over the payload',
      { a: recordIo('abc', 'x'.repeat(2 ** 20 + 1)) },
      { splitType: 'RecordIO', maxPayloadInMB: 1 },
      ['overPayload×1 a:2'],
    ],
    ['empty objects', { 'a.jsonl': '', 'b.jsonl': '1\n' }, {}, ['emptyObject×1 a.jsonl']],
    ['nothing but empty objects', { 'a.jsonl': '' }, {}, ['noObjects×1', 'emptyObject×1 a.jsonl']],
    ['no objects', {}, {}, ['noObjects×1']],
    ['instances without work', { 'a.jsonl': '1\n' }, { instanceCount: 3 }, ['idleInstances×2']],
    [
      'an object much larger than others',
      { a: lines(100, '1'), b: '1\n', c: '1\n' },
      { instanceCount: 3 },
      ['unevenObjects×1 a'],
    ],
    [
      'an input that is something else',
      { 'a.jsonl': lines(30, 'x,y') },
      {},
      ['mostlyBad×1 a.jsonl', 'invalidJson×30 a.jsonl:1'],
    ],
    [
      'a record over the payload',
      { 'a.jsonl': `1\n"${'x'.repeat(1024 * 1024)}"\n` },
      { maxPayloadInMB: 1 },
      ['overPayload×1 a.jsonl:2'],
    ],
    [
      'an object over the payload',
      { 'a.jsonl': lines(2 ** 20, '1') },
      { maxPayloadInMB: 1, splitType: 'None' },
      ['objectOverPayload×1 a.jsonl'],
    ],
    [
      'rows that header=present would lose',
      { 'a.csv': lines(2 ** 19, '1,2') },
      { maxPayloadInMB: 1, contentType: 'text/csv; header=present' },
      ['headerPresent×2'],
    ],
  ];
  for (const [name, files, settings, found] of cases) {
    test(name, async (t) => assert.deepEqual(shown(await inspected(t, files, settings)), found));
  }
});

describe('what is counted', () => {
  test('binary records', async (t) => {
    const { records, longest } = await inspected(t, { a: recordIo('abc', 'de') }, { splitType: 'RecordIO' });
    assert.equal(records, 2);
    assert.deepEqual(longest, { object: 'a', line: 1, bytes: 3 });
  });

  test('records, the longest, columns and types, over several objects', async (t) => {
    const facts = await inspected(t, { 'a.csv': '1,2\n3,44\n', 'b/c.csv': '5,6', 'd.jsonl': '1\n' });
    const { objects, bytes, records, longest, columns, contentTypes, miniBatches } = facts;
    assert.deepEqual({ objects, bytes, records, miniBatches }, { objects: 3, bytes: 14, records: 4, miniBatches: 3 });
    assert.deepEqual(longest, { object: 'a.csv', line: 2, bytes: 5 });
    assert.deepEqual(columns, { 2: 3 });
    assert.deepEqual(contentTypes, { 'text/csv': 2, 'application/jsonlines': 1 });
  });

  test('lines in blocks that threads look at', async (t) => {
    const good = lines(1_500_000, '"x"');
    const facts = await inspected(t, { 'a.jsonl': `${good}bad\n${good}` });
    assert.equal(facts.records, 3_000_001);
    assert.deepEqual(facts.found.get('invalidJson')?.places[0]?.line, 1_500_001);
    assert.deepEqual([...facts.found.keys()], ['invalidJson']);
  });

  test('a record that is too long to be kept', async (t) => {
    const facts = await inspected(t, { 'a.jsonl': `1\n${'x'.repeat(66 * 1024 * 1024)}\nx\n` }, { maxPayloadInMB: 100 });
    assert.deepEqual(shown(facts), ['invalidJson×1 a.jsonl:3', 'notChecked×1 a.jsonl:2']);
    assert.equal(facts.records, 3);
  });

  test('mini-batches by strategy', async (t) => {
    const files = { a: lines(2 ** 19, '1,2'), b: lines(10, '1') };
    const count = async (settings: Partial<InspectSettings>): Promise<number> =>
      (await inspected(t, files, { contentType: 'text/csv', ...settings })).miniBatches;
    assert.equal(await count({ maxPayloadInMB: 1 }), 4);
    assert.equal(await count({ maxPayloadInMB: 0 }), 2);
    assert.equal(await count({ batchStrategy: 'SingleRecord' }), 2 ** 19 + 10);
    assert.equal(await count({ splitType: 'None' }), 2);
  });

  test('places are kept up to the limit, counts are whole', async (t) => {
    const facts = await inspected(t, { 'a.jsonl': lines(9, 'x') });
    assert.equal(facts.found.get('invalidJson')?.count, 9);
    assert.equal(facts.found.get('invalidJson')?.places.length, 3);
  });
});
