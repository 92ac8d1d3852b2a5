import assert from 'node:assert/strict';
import { test } from 'node:test';
import { echo, handlerModel, troublesome } from '../support/handler-model.ts';
import { codesOf, invoke, testServer } from '../support/test-server.ts';

const deep = `${'['.repeat(10_000)}${']'.repeat(10_000)}`;
const long = `"${'x'.repeat(5 * 1024 * 1024)}"`;

/** Each line, and the code of its error line; `-` where it is a record like any other. */
const lines: [name: string, line: string | Buffer, code: string][] = [
  ['truncated', '{"a":1', 'INVALID_JSON'],
  ['trailing comma', '{"a":1,}', 'INVALID_JSON'],
  ['NaN', '{"a":NaN}', 'INVALID_JSON'],
  ['Infinity', '[Infinity]', 'INVALID_JSON'],
  ['byte order mark in the middle', '\ufeff{"a":1}', 'INVALID_JSON'],
  ['lone surrogate, escaped', '{"a":"\\ud800"}', '-'],
  ['lone surrogate, as bytes', Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22]), 'INVALID_UTF8'],
  ['invalid UTF-8', Buffer.from([0x22, 0xff, 0x22]), 'INVALID_UTF8'],
  ['latin-1', Buffer.from('"caf\xe9"', 'latin1'), 'INVALID_UTF8'],
  ['duplicate keys', '{"a":1,"a":2}', '-'],
  ['__proto__', '{"__proto__":{"a":1},"constructor":2}', '-'],
  ['null byte', '"a\u0000b"', 'INVALID_JSON'],
  ['a scalar', '17', '-'],
  ['blank', '', 'EMPTY_RECORD'],
  ['blanks', ' \t ', 'EMPTY_RECORD'],
  ['carriage return only', '\r', 'EMPTY_RECORD'],
  ['a number of 400 digits', '9'.repeat(400), 'INVALID_PREDICTION'],
  ['10,000 levels', deep, '-'],
  ['a string of 5 MB', long, '-'],
];

test('every bad line becomes an error line in its place, and its neighbours are answered', async (t) => {
  const server = await testServer(t, await handlerModel(t, echo), { BATCHLINE_MAX_ERROR_RATE: '1' });
  const good = Buffer.from('"good"\n');
  const body = Buffer.concat(lines.flatMap(([, line]) => [good, Buffer.from(line as string), Buffer.from('\n')]));
  const answer = await invoke(server, body);
  assert.equal(answer.status, 200);
  assert.equal(answer.lines.length, 2 * lines.length);
  const codes = codesOf(answer.lines.map((line) => (line.startsWith('[[') ? '0' : line)));
  for (const [i, [name, , code]] of lines.entries()) {
    assert.equal(codes[2 * i], '-', `before ${name}`);
    assert.equal(codes[2 * i + 1], code, name);
    if (code !== '-') assert.equal(JSON.parse(answer.lines[2 * i + 1] ?? '').error.record, 2 * i + 2, name);
  }
});

test('duplicate keys: the last wins; __proto__ is a key like any other', async (t) => {
  const server = await testServer(t, await handlerModel(t, echo));
  const answer = await invoke(server, '{"a":1,"a":2}\n{"__proto__":{"polluted":1}}\n');
  assert.equal(answer.lines[0], '{"a":2}');
  assert.equal(answer.lines[1], '{"__proto__":{"polluted":1}}');
  assert.equal(({} as Record<string, unknown>)['polluted'], undefined);
});

test('a record longer than BATCHLINE_MAX_RECORD_MB is an error line, however it arrives', async (t) => {
  const server = await testServer(t, await handlerModel(t, echo), {
    BATCHLINE_MAX_RECORD_MB: '1',
    BATCHLINE_BLOCK_KB: '64',
  });
  for (const size of [1024 * 1024 - 1, 3 * 1024 * 1024]) {
    const answer = await invoke(server, `1\n"${'x'.repeat(size)}"\n2\n`);
    assert.deepEqual(codesOf(answer.lines), ['-', 'RECORD_TOO_LARGE', '-']);
  }
  const unended = await invoke(server, `1\n"${'x'.repeat(3 * 1024 * 1024)}`);
  assert.deepEqual(codesOf(unended.lines), ['-', 'RECORD_TOO_LARGE']);
});

test('only newlines: each is a blank record', async (t) => {
  const server = await testServer(t, await handlerModel(t, echo));
  assert.deepEqual(codesOf((await invoke(server, '\n\n\n')).lines), ['EMPTY_RECORD', 'EMPTY_RECORD', 'EMPTY_RECORD']);
});

test('20 records or more of which more than half fail are a 400 that names the first ten', async (t) => {
  const server = await testServer(t, await handlerModel(t, echo));
  const half = '{\n1\n'.repeat(10);
  assert.equal((await invoke(server, half)).status, 200);
  const most = await invoke(server, `${half}{\n`);
  assert.equal(most.status, 400);
  const { error } = JSON.parse(most.text);
  assert.equal(error.code, 'TOO_MANY_ERRORS');
  assert.match(
    error.message,
    /^11 of 21 records failed, more than BATCHLINE_MAX_ERROR_RATE=0.5 allows. record 1: INVALID_JSON: /,
  );
  assert.equal(error.message.match(/record \d+:/g).length, 10);
  assert.equal((await invoke(server, '{\n'.repeat(19))).status, 200);
});

test('where the reply has begun, too many errors cut the connection', async (t) => {
  const server = await testServer(t, await handlerModel(t, echo), { BATCHLINE_REPLY_BUFFER_MB: '0' });
  await assert.rejects(invoke(server, `1\n${'{\n'.repeat(200)}`));
});

test('BATCHLINE_ON_ERROR=fail makes one bad record a 400', async (t) => {
  const server = await testServer(t, await handlerModel(t, echo), { BATCHLINE_ON_ERROR: 'fail' });
  assert.equal((await invoke(server, '1\n2\n')).status, 200);
  const answer = await invoke(server, '1\n{\n');
  assert.equal(answer.status, 400);
  assert.match(answer.text, /BATCHLINE_ON_ERROR=fail.*record 2: INVALID_JSON/);
});

test('handlers: what throws, rejects, answers too little or nothing that JSON can hold is an error line', async (t) => {
  const code = `
    export const input = (record) => { if (record.input) throw new Error('bad input'); return record; };
    export const predict = (batch) => {
      if (batch.some((record) => record.reject)) return Promise.reject(new Error('rejected'));
      return batch.some((record) => record.few) ? [] : batch;
    };
    export const output = (record) => {
      if (record.undefined) return undefined;
      if (record.big) return 10n;
      if (record.circular) { const o = {}; o.o = o; return o; }
      if (record.output) throw new Error('bad output');
      return record.ok;
    };`;
  const server = await testServer(t, await handlerModel(t, code));
  const trouble = ['input', 'reject', 'few', 'undefined', 'big', 'circular', 'output'];
  const body = trouble.map((name) => `{"ok":1}\n{"${name}":true}\n`).join('');
  const codes = codesOf((await invoke(server, body)).lines);
  assert.deepEqual(
    codes.filter((_, i) => i % 2 === 0),
    trouble.map(() => '-'),
  );
  const expected = [
    'MODEL_ERROR',
    'MODEL_ERROR',
    'INVALID_PREDICTION',
    'INVALID_PREDICTION',
    'INVALID_PREDICTION',
    'INVALID_PREDICTION',
    'MODEL_ERROR',
  ];
  assert.deepEqual(
    codes.filter((_, i) => i % 2 === 1),
    expected,
  );
});

test('a record that loops for ever is an error line after BATCHLINE_RECORD_TIMEOUT_MS, and /ping answers meanwhile', async (t) => {
  const server = await testServer(t, await handlerModel(t, troublesome), { BATCHLINE_RECORD_TIMEOUT_MS: '300' });
  const answered = invoke(server, '{"n":1}\n{"hang":true}\n{"n":3}\n');
  const ping = await fetch(`${server.url}/ping`);
  assert.equal(ping.status, 200);
  assert.deepEqual(codesOf((await answered).lines), ['-', 'TIMEOUT', '-']);
});
