import assert from 'node:assert/strict';
import { test } from 'node:test';
import request from 'supertest';
import { readSettings } from '../../src/config.ts';
import { tuning } from '../../src/server/execution-parameters.ts';
import { echo, handlerModel } from '../support/handler-model.ts';
import { startingServer, testServer } from '../support/test-server.ts';

test('GET /ping is 503 with the state while the model loads, 200 and an empty object when it has', async (t) => {
  const code = `export const load = () => new Promise((done) => setTimeout(done, 300));\n${echo}`;
  const server = await startingServer(t, await handlerModel(t, code));
  const loading = await request(server.url).get('/ping');
  assert.equal(loading.status, 503);
  assert.equal(loading.body.state, 'loading');
  assert.equal(typeof loading.body.seconds, 'number');
  const early = await request(server.url).post('/invocations').type('application/json').send('1\n');
  assert.equal(early.status, 503);
  assert.equal(early.body.error.code, 'NOT_READY');
  await server.ready;
  const ready = await request(server.url).get('/ping');
  assert.equal(ready.status, 200);
  assert.deepEqual(ready.body, {});
});

test('unknown paths are 404, wrong methods 405 with Allow, both as JSON', async (t) => {
  const server = await testServer(t, await handlerModel(t, echo));
  const unknown = await request(server.url).get('/models');
  assert.equal(unknown.status, 404);
  assert.equal(unknown.body.error.code, 'NOT_FOUND');
  for (const [method, path, allow] of [
    ['post', '/ping', 'GET'],
    ['get', '/invocations', 'POST'],
    ['delete', '/invocations', 'POST'],
    ['put', '/execution-parameters', 'GET'],
  ] as const) {
    const answer = await request(server.url)[method](path);
    assert.equal(answer.status, 405, path);
    assert.equal(answer.headers['allow'], allow);
    assert.equal(answer.body.error.code, 'METHOD_NOT_ALLOWED');
  }
});

test('GET /metrics counts requests, records and errors by code', async (t) => {
  const server = await testServer(t, await handlerModel(t, echo));
  await request(server.url).post('/invocations').type('application/jsonlines').send('1\n{\n\n2\n');
  const { text, headers } = await request(server.url).get('/metrics');
  assert.match(headers['content-type'] as string, /^text\/plain/);
  assert.match(text, /^batchline_requests_total\{route="\/invocations",status="200"\} 1$/m);
  assert.match(text, /^batchline_records_total 4$/m);
  assert.match(text, /^batchline_record_errors_total\{code="INVALID_JSON"\} 1$/m);
  assert.match(text, /^batchline_record_errors_total\{code="EMPTY_RECORD"\} 1$/m);
  for (const name of [
    'batchline_request_seconds_count 1',
    'batchline_records_per_second_count 1',
    'batchline_queue_depth 0',
    'nodejs_eventloop_lag_seconds',
    'process_resident_memory_bytes',
    'batchline_peak_memory_bytes',
  ]) {
    assert.ok(text.includes(name), name);
  }
});

for (const [env, expected] of [
  [{ BATCHLINE_WORKERS: '2' }, { MaxConcurrentTransforms: 2, MaxPayloadInMB: 6 }],
  [{ BATCHLINE_WORKERS: '32' }, { MaxConcurrentTransforms: 32, MaxPayloadInMB: 3 }],
  [{ BATCHLINE_WORKERS: '200' }, { MaxConcurrentTransforms: 100, MaxPayloadInMB: 1 }],
  [
    { BATCHLINE_WORKERS: '8', SAGEMAKER_MAX_PAYLOAD_IN_MB: '50' },
    { MaxConcurrentTransforms: 2, MaxPayloadInMB: 50 },
  ],
  [
    { BATCHLINE_WORKERS: '8', SAGEMAKER_MAX_PAYLOAD_IN_MB: '0' },
    { MaxConcurrentTransforms: 8, MaxPayloadInMB: 0 },
  ],
  [
    { BATCHLINE_WORKERS: '8', SAGEMAKER_MAX_CONCURRENT_TRANSFORMS: '3' },
    { MaxConcurrentTransforms: 3, MaxPayloadInMB: 6 },
  ],
  [
    { BATCHLINE_WORKERS: '8', SAGEMAKER_MAX_CONCURRENT_TRANSFORMS: '0' },
    { MaxConcurrentTransforms: 8, MaxPayloadInMB: 6 },
  ],
] as const) {
  test(`/execution-parameters with ${JSON.stringify(env)}`, () => {
    assert.deepEqual(tuning(readSettings(env)), { ...expected, BatchStrategy: 'MULTI_RECORD' });
  });
}

test('GET /execution-parameters answers the three keys', async (t) => {
  const server = await testServer(t, await handlerModel(t, echo), { SAGEMAKER_BATCH_STRATEGY: 'SINGLE_RECORD' });
  const { status, body } = await request(server.url).get('/execution-parameters');
  assert.equal(status, 200);
  assert.deepEqual(body, { MaxConcurrentTransforms: 2, BatchStrategy: 'SINGLE_RECORD', MaxPayloadInMB: 6 });
});
