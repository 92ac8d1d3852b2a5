import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { echo, handlerModel } from '../support/handler-model.ts';
import { invoke, testServer } from '../support/test-server.ts';

const keyed = `export const predict = (batch) => batch.map((record) => ({ predicted_label: record.n > 1 ? 'many' : 'few', probability: 0.5, probabilities: [0.5, 0.5], score: record.n }));`;
const described = { input: { id: 'id' }, output: ['predicted_label', 'probability'] };
const two = '{"id":"a","n":1}\n{"id":"b","n":2}\n';

test('lines are answered by lines, an array by an array, instances by predictions', async (t) => {
  const server = await testServer(t, await handlerModel(t, echo));
  for (const [type, body, expectedType, expected] of [
    ['application/json', '1\n{"a":2}\n', 'application/json', '1\n{"a":2}\n'],
    ['application/json', '1\n{"a":2}', 'application/json', '1\n{"a":2}\n'],
    ['application/json', ' [1, {"a" : 2},"x"] ', 'application/json', '[1,{"a":2},"x"]\n'],
    ['application/json', '{"instances": [1,2]}', 'application/json', '{"predictions":[1,2]}\n'],
    ['application/json', '[]', 'application/json', '[]\n'],
    ['application/json', '', 'application/json', ''],
    ['application/jsonlines', '[1,2]\n[3]\n', 'application/jsonlines', '[1,2]\n[3]\n'],
    ['application/x-ndjson; charset=UTF-8', '1\r\n2\r\n', 'application/jsonlines', '1\n2\n'],
    ['application/jsonlines', '\ufeff1\n2\n', 'application/jsonlines', '1\n2\n'],
    ['text/csv', 'a,b\n"c,\n""d""",e\n', 'text/csv', 'a,b\n"c,\n""d""",e\n'],
    ['text/csv; header=present', 'h1,h2\na,b\n', 'text/csv', 'a,b\n'],
    ['text/csv; header=present', '"h\n1",h2\n', 'text/csv', ''],
  ] as const) {
    const answer = await invoke(server, body, { 'content-type': type });
    assert.deepEqual([answer.status, answer.type, answer.text], [200, expectedType, expected], `${type} ${body}`);
  }
});

test('without a Content-Type the body is sniffed as application/json, or read as SAGEMAKER_INFERENCE_INPUT says', async (t) => {
  const model = await handlerModel(t, echo);
  const plain = await testServer(t, model);
  const blob = await fetch(`${plain.url}/invocations`, { method: 'POST', body: new Blob(['[1,2]']) });
  assert.equal(await blob.text(), '[1,2]\n');
  const csv = await testServer(t, model, { SAGEMAKER_INFERENCE_INPUT: 'text/csv' });
  const row = await fetch(`${csv.url}/invocations`, { method: 'POST', body: new Blob(['1,2']) });
  assert.equal(await row.text(), '1,2\n');
});

test('Accept chooses the encoding; what cannot be met is 406', async (t) => {
  const server = await testServer(t, await handlerModel(t, keyed, described));
  const json =
    '{"id":"a","predicted_label":"few","probability":0.5}\n{"id":"b","predicted_label":"many","probability":0.5}\n';
  const csv = 'a,few,0.5\nb,many,0.5\n';
  for (const [accept, type, text] of [
    ['*/*', 'application/jsonlines', json],
    ['application/json', 'application/json', json],
    ['text/csv', 'text/csv', csv],
    ['text/html, text/csv;q=0.5', 'text/csv', csv],
    ['application/jsonlines;q=0.4, text/csv;q=0.3', 'application/jsonlines', json],
  ] as const) {
    const answer = await invoke(server, two, { accept });
    assert.deepEqual([answer.status, answer.type, answer.text], [200, type, text], accept);
  }
  const refused = await invoke(server, two, { accept: 'image/png' });
  assert.equal(refused.status, 406);
  assert.match(refused.text, /NOT_ACCEPTABLE/);
});

test('SAGEMAKER_DEFAULT_INVOCATIONS_ACCEPT holds where the request takes anything', async (t) => {
  const server = await testServer(t, await handlerModel(t, keyed, described), {
    SAGEMAKER_DEFAULT_INVOCATIONS_ACCEPT: 'text/csv',
  });
  assert.equal((await invoke(server, two, { accept: '*/*' })).text, 'a,few,0.5\nb,many,0.5\n');
});

test('SAGEMAKER_INFERENCE_OUTPUT chooses the keys and their order', async (t) => {
  const env = { SAGEMAKER_INFERENCE_OUTPUT: 'probabilities,predicted_label' };
  const server = await testServer(t, await handlerModel(t, keyed, described), env);
  assert.equal((await invoke(server, two)).lines[0], '{"id":"a","probabilities":[0.5,0.5],"predicted_label":"few"}');
  assert.equal((await invoke(server, two, { accept: 'text/csv' })).lines[0], 'a,"[0.5,0.5]",few');
});

test('a prediction without a key that the output names is an error line', async (t) => {
  const server = await testServer(t, await handlerModel(t, keyed, described), {
    SAGEMAKER_INFERENCE_OUTPUT: 'raw_score',
  });
  const [line] = (await invoke(server, two)).lines;
  assert.match(line ?? '', /"id":"a","error":\{"code":"INVALID_PREDICTION","message":"[^"]*\\"raw_score\\"/);
});

for (const [header, status] of [
  ['application/xml', 415],
  ['text/csv; charset=latin1', 415],
  ['application/json; charset=utf-16', 415],
  ['application/json; charset="utf-8"; verbose=True', 200],
  ['TEXT/CSV', 200],
] as const) {
  test(`Content-Type ${header} is ${status}`, async (t) => {
    const server = await testServer(t, await handlerModel(t, echo));
    const answer = await invoke(server, '1\n', { 'content-type': header });
    assert.equal(answer.status, status);
    if (status === 415) assert.match(answer.text, /UNSUPPORTED_MEDIA_TYPE.*expected application\/json/);
  });
}

test('gzip bodies are read; other encodings are 415, broken gzip is 400', async (t) => {
  const server = await testServer(t, await handlerModel(t, echo));
  const gzip = { 'content-encoding': 'gzip' };
  assert.equal((await invoke(server, gzipSync('1\n2\n'), gzip)).text, '1\n2\n');
  assert.equal((await invoke(server, '1\n', { 'content-encoding': 'br' })).status, 415);
  const broken = await invoke(server, 'not gzip', gzip);
  assert.equal(broken.status, 400);
  assert.match(broken.text, /INVALID_BODY.*gzip/);
  const cut = await invoke(server, gzipSync('1\n2\n'.repeat(1000)).subarray(0, 20), gzip);
  assert.equal(cut.status, 400);
});

test('each file of a multipart body is a mini-batch, read by its type or its name', async (t) => {
  const server = await testServer(t, await handlerModel(t, echo));
  const form = new FormData();
  form.append('a', new Blob(['1\n2\n']), 'a.jsonl');
  form.append('b', new Blob(['[3,4]'], { type: 'application/json' }), 'b.bin');
  form.append('c', new Blob(['{\n']), 'c.jsonl');
  const response = await fetch(`${server.url}/invocations`, { method: 'POST', body: form });
  assert.equal(response.status, 200);
  const lines = (await response.text()).trimEnd().split('\n');
  assert.deepEqual(lines.slice(0, 4), ['1', '2', '3', '4']);
  assert.match(lines[4] ?? '', /"code":"INVALID_JSON".*"record":5/);
  assert.equal(lines.length, 5);
});

test('a multipart body without a file, or with a plain field, is 400', async (t) => {
  const server = await testServer(t, await handlerModel(t, echo));
  for (const [name, form] of [
    ['none', new FormData()],
    ['field', new FormData()],
  ] as const) {
    if (name === 'field') form.append('x', 'plain');
    const response = await fetch(`${server.url}/invocations`, { method: 'POST', body: form });
    assert.equal(response.status, 400, name);
    assert.match(await response.text(), /INVALID_BODY.*multipart/);
  }
});

test('a broken JSON document is 400 and names what is wrong', async (t) => {
  const server = await testServer(t, await handlerModel(t, echo));
  for (const body of ['[1,2', '[1,,2]', '[1,2]\n[3]', '{"instances":[1],"other":2}', '[1,2}']) {
    const answer = await invoke(server, body, { 'content-type': 'application/json' });
    assert.equal(answer.status, 400, body);
    assert.match(answer.text, /"code":"INVALID_DOCUMENT"/, body);
  }
});
