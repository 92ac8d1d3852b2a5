import assert from 'node:assert/strict';
import { request as requestHttp } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { describe, test } from 'node:test';
import { isAllowedHost } from '../../src/control-plane/allowed-host.ts';
import { signedService } from '../../src/control-plane/signed-service.ts';
import { startLocal } from './local.ts';

const form = { 'Content-Type': 'application/x-www-form-urlencoded; charset=utf-8' };

describe('the JSON protocol', () => {
  test('answers with the service’s headers', async (t) => {
    const local = await startLocal(t);
    const { headers } = await local.call('ListModels');
    assert.equal(headers.get('content-type'), 'application/x-amz-json-1.1');
    assert.match(headers.get('x-amzn-requestid') ?? '', /^[0-9a-f-]{36}$/);
  });

  test('refuses what it does not have, never in HTML', async (t) => {
    const local = await startLocal(t);
    const unknown = await local.error('CreateEndpoint');
    assert.match(unknown, /^UnknownOperationException: .*"SageMaker.CreateEndpoint"; it has CreateModel, /);
    assert.match(await local.error('constructor'), /^UnknownOperationException/);
    assert.match(await local.error('X', {}, 'DynamoDB_20120810'), /"DynamoDB_20120810.X"; it plays SageMaker, Logs_2/);
    for (const [path, method, body] of [
      ['/', 'POST', ''],
      ['/other', 'POST', '{}'],
      ['/nothing', 'GET', undefined],
      ['/', 'DELETE', undefined],
      ['/jobs/%E0%A4%A', 'GET', undefined],
    ] as const) {
      const response = await fetch(`${local.url}${path}`, { method, ...(body === undefined ? {} : { body }) });
      assert.equal(response.status, 400);
      assert.equal(typeof ((await response.json()) as { __type: string }).__type, 'string', `${method} ${path}`);
    }
  });

  test('refuses bodies that are no JSON, or too large', async (t) => {
    const local = await startLocal(t);
    const post = async (body: string) => {
      const response = await fetch(local.url, {
        method: 'POST',
        headers: { 'X-Amz-Target': 'SageMaker.ListModels' },
        body,
      });
      return [response.status, ((await response.json()) as { __type: string }).__type];
    };
    assert.deepEqual(await post('{"MaxResults":'), [400, 'SerializationException']);
    assert.deepEqual(await post(`{"x":"${'x'.repeat(1024 * 1024)}"}`), [413, 'RequestEntityTooLarge']);
    assert.deepEqual(await post('[]'), [400, 'ValidationException']);
  });

  test('allows a body that is asked about first', async (t) => {
    const local = await startLocal(t);
    const headers = { 'X-Amz-Target': 'SageMaker.ListModels', Expect: '100-continue', 'Content-Length': 2 };
    const request = requestHttp(local.url, { method: 'POST', headers });
    request.on('continue', () => request.end('{}'));
    request.flushHeaders();
    const answer = await new Promise<string>((resolve) =>
      request.on('response', (response) => resolve(text(response))),
    );
    assert.equal(answer, '{"Models":[]}');
  });
});

describe('STS', () => {
  test('says who the client is', async (t) => {
    const local = await startLocal(t, { account: { account: '123456789012', region: 'eu-west-1' } });
    const body = 'Action=GetCallerIdentity&Version=2011-06-15';
    const response = await fetch(local.url, { method: 'POST', headers: form, body });
    assert.equal(response.status, 200);
    assert.match(response.headers.get('content-type') ?? '', /^text\/xml/);
    const xml = await response.text();
    assert.match(xml, /<Arn>arn:aws:iam::123456789012:root<\/Arn><UserId>123456789012<\/UserId><Account>123456789012</);
    assert.match(xml, /<RequestId>[0-9a-f-]{36}<\/RequestId>/);
  });

  test('has nothing else', async (t) => {
    const local = await startLocal(t);
    const response = await fetch(local.url, { method: 'POST', headers: form, body: 'Action=<b>' });
    assert.equal(response.status, 400);
    assert.match(await response.text(), /<Code>InvalidAction<\/Code><Message>.*"&lt;b&gt;"; it has GetCallerIdentity</);
  });
});

describe('a Host header', () => {
  const cases: [host: string | undefined, allowed: boolean][] = [
    ['127.0.0.1:4566', true],
    ['127.0.0.1', true],
    ['localhost:4566', true],
    ['LOCALHOST', true],
    ['[::1]:4566', true],
    ['192.168.1.7:80', true],
    ['evil.example:4566', false],
    ['127.0.0.1.evil.example', false],
    ['bucket.localhost:4566', false],
    ['localhost:x', false],
    ['[evil]', false],
    ['', false],
    [undefined, false],
  ];
  for (const [host, allowed] of cases) test(`${host}`, () => assert.equal(isAllowedHost(host), allowed));

  test('of another name is refused', async (t) => {
    const local = await startLocal(t);
    const socket = connect(Number(new URL(local.url).port), '127.0.0.1');
    socket.end('GET / HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n');
    const answer = await text(socket);
    assert.match(answer, /^HTTP\/1\.1 403 /);
    assert.match(answer, /"__type":"AccessDeniedException","message":"Host is \\"evil\.example\\"/);
  });
});

describe('the service that a request is signed for', () => {
  const v4 = (scope: string) => `AWS4-HMAC-SHA256 Credential=AKID/${scope}, SignedHeaders=host, Signature=0`;
  const cases: [name: string, authorization: string | undefined, url: string, service: string | undefined][] = [
    ['a header', v4('20261122/us-east-1/s3/aws4_request'), '/b/k', 's3'],
    ['another service', v4('20261122/us-east-1/sagemaker/aws4_request'), '/', 'sagemaker'],
    ['a key with slashes', v4('x/20261122/us-east-1/s3/aws4_request'), '/', 's3'],
    ['version 4A', 'AWS4-ECDSA-P256-SHA256 Credential=AKID/20261122/s3/aws4_request, Signature=0', '/', 's3'],
    ['a presigned URL', undefined, '/b/k?X-Amz-Credential=AKID%2F20261122%2Fus-east-1%2Fs3%2Faws4_request', 's3'],
    ['version 2', 'AWS AKID:signature', '/b/k', 's3'],
    ['a presigned URL of version 2', undefined, '/b/k?AWSAccessKeyId=AKID&Signature=0&Expires=1', 's3'],
    ['nothing', undefined, '/', undefined],
    ['nonsense', v4('s3'), '/?X-Amz-Credential=s3', undefined],
  ];
  for (const [name, authorization, url, service] of cases) {
    test(name, () =>
      assert.equal(signedService({ headers: { ...(authorization ? { authorization } : {}) }, url }), service),
    );
  }
});
