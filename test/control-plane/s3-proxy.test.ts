import assert from 'node:assert/strict';
import { createServer, type IncomingMessage, type RequestListener, request as requestHttp } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { buffer, text } from 'node:stream/consumers';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { startLocal } from './local.ts';

const authorization =
  'AWS4-HMAC-SHA256 Credential=AKID/20261122/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=0';

/** A control plane in front of a server that answers as it is told. */
async function inFrontOf(
  t: TestContext,
  listener: (...args: Parameters<RequestListener>) => unknown,
): Promise<{ url: string; port: string }> {
  const server = createServer((request, response) => void listener(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close().closeAllConnections());
  const s3Endpoint = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  const { url } = await startLocal(t, { s3Endpoint });
  return { url, port: new URL(url).port };
}

test('a request comes as it was sent, with its Host, and so does the reply', async (t) => {
  const seen: { url?: string; raw?: string[]; body?: string } = {};
  const { url, port } = await inFrontOf(t, async (request, response) => {
    Object.assign(seen, { url: request.url, raw: request.rawHeaders, body: await text(request) });
    response.writeHead(206, 'Partly', ['ETag', '"x"', 'X-Amz-Meta-A', '1', 'X-Amz-Meta-A', '2', 'Content-Length', '3']);
    response.end('abc');
  });
  const path = '/bucket/a%20b+%2541/%C3%BC//x?list-type=2&prefix=a%2Fb&x-id=';
  const headers = { authorization, 'X-Amz-Content-SHA256': 'UNSIGNED', 'x-odd-CASE': 'ü' };
  const response = await new Promise<IncomingMessage>((resolve) => {
    requestHttp(`${url}${path}`, { method: 'PUT', headers }, resolve).end('content');
  });
  assert.equal(seen.url, path);
  assert.equal(seen.body, 'content');
  const raw = seen.raw ?? [];
  assert.equal(raw[raw.indexOf('Host') + 1], `127.0.0.1:${port}`);
  assert.ok(raw.includes('x-odd-CASE') && raw.includes('X-Amz-Content-SHA256'));
  assert.deepEqual([response.statusCode, response.statusMessage, await text(response)], [206, 'Partly', 'abc']);
  assert.equal(response.headers['x-amz-meta-a'], '1, 2');
  assert.equal(response.headers['x-amzn-requestid'], undefined);
});

test('objects of a real client go through whole, both ways', async (t) => {
  const objects = new Map<string, Buffer>();
  const { url } = await inFrontOf(t, async (request, response) => {
    const path = request.url?.split('?')[0] ?? '';
    if (request.method === 'PUT') objects.set(path, await buffer(request));
    response.end(request.method === 'GET' ? objects.get(path) : undefined);
  });
  const credentials = { accessKeyId: 'a', secretAccessKey: 'b' };
  const requestChecksumCalculation = 'WHEN_REQUIRED';
  const s3 = new S3Client({
    endpoint: url,
    region: 'us-east-1',
    forcePathStyle: true,
    credentials,
    requestChecksumCalculation,
  });
  t.after(() => s3.destroy());
  const Body = Buffer.alloc(5_000_000, 'batchline ');
  await s3.send(new PutObjectCommand({ Bucket: 'b', Key: 'k/ü', Body }));
  const { Body: found } = await s3.send(new GetObjectCommand({ Bucket: 'b', Key: 'k/ü' }));
  assert.ok(Body.equals(Buffer.from((await found?.transformToByteArray()) ?? [])));
});

test('the S3 server decides whether a body is sent', async (t) => {
  const server = createServer();
  server.on('checkContinue', (request, response) => {
    if (request.url === '/b/refused') {
      response.writeHead(403, { 'Content-Type': 'application/xml' }).end('<Error><Code>AccessDenied</Code></Error>');
      return;
    }
    response.writeContinue();
    text(request).then((body) => response.end(`got ${body}`), assert.fail);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close().closeAllConnections());
  const { url } = await startLocal(t, {
    s3Endpoint: new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`),
  });
  const put = async (path: string) => {
    const headers = { authorization, Expect: '100-continue', 'Content-Length': 4 };
    const request = requestHttp(`${url}${path}`, { method: 'PUT', headers });
    let allowed = false;
    request.on('continue', () => {
      allowed = true;
      request.end('body');
    });
    request.on('error', () => undefined);
    request.flushHeaders();
    const response = await new Promise<IncomingMessage>((resolve) => request.on('response', resolve));
    const answer = await text(response);
    request.destroy();
    return { allowed, answer, connection: response.headers.connection };
  };
  assert.deepEqual(await put('/b/taken'), { allowed: true, answer: 'got body', connection: 'keep-alive' });
  assert.deepEqual(await put('/b/refused'), {
    allowed: false,
    answer: '<Error><Code>AccessDenied</Code></Error>',
    connection: 'close',
  });
});

test('a refusal reaches a client that is still sending, and takes the rest of its body', async (t) => {
  const server = createTcpServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', () => {
      socket.pause();
      socket.write('HTTP/1.1 403 Forbidden\r\nContent-Length: 8\r\n\r\n<Error/>');
    });
    t.after(() => socket.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  const { url } = await startLocal(t, {
    s3Endpoint: new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`),
  });
  const body = Buffer.alloc(20_000_000);
  const request = requestHttp(`${url}/b/k`, {
    method: 'PUT',
    headers: { authorization, 'Content-Length': body.length },
  });
  const sent = new Promise<void>((resolve) => request.end(body, () => resolve()));
  const response = await new Promise<IncomingMessage>((resolve) => request.on('response', resolve));
  assert.deepEqual([response.statusCode, await text(response)], [403, '<Error/>']);
  await sent;
});

test('a connection that is broken off while a body is sent is told of', async (t) => {
  const server = createTcpServer((socket) => {
    socket.on('error', () => undefined).once('data', () => socket.resetAndDestroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  const { url } = await startLocal(t, {
    s3Endpoint: new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`),
  });
  const response = await fetch(`${url}/b/k`, {
    method: 'PUT',
    headers: { authorization },
    body: Buffer.alloc(20_000_000),
  });
  assert.equal(response.status, 502);
  assert.match(await response.text(), /BadGateway.*broke off the connection/);
});

test('a body that breaks off breaks off for the client too', async (t) => {
  const { url } = await inFrontOf(t, (_request, response) => {
    response.writeHead(200, { 'Content-Length': 100 });
    response.write('some');
    setTimeout(() => response.destroy(), 50);
  });
  const response = await fetch(`${url}/b/k`, { headers: { authorization } });
  assert.equal(response.status, 200);
  await assert.rejects(response.text());
});

test('a client that goes away ends the request to the S3 server', async (t) => {
  const gone = Promise.withResolvers<void>();
  const { url } = await inFrontOf(t, (request, response) => {
    response.on('close', gone.resolve);
    request.resume();
  });
  const abort = new AbortController();
  const answer = fetch(`${url}/b/k`, { headers: { authorization }, signal: abort.signal });
  await sleep(100);
  abort.abort();
  await assert.rejects(answer);
  await gone.promise;
});

test('without an S3 server the error is in S3’s form', async (t) => {
  const refused = async (url: string, method = 'GET') => {
    const response = await fetch(`${url}/b/k?a=<b>`, { method, headers: { authorization } });
    assert.equal(response.headers.get('content-type'), 'application/xml');
    return [response.status, await response.text()] as const;
  };
  const [status, xml] = await refused((await startLocal(t)).url);
  assert.equal(status, 501);
  assert.match(xml, /^<\?xml .*\n<Error><Code>NotImplemented<\/Code><Message>.*--s3-endpoint.*<\/Message><RequestId>/);

  const closed = createServer();
  await new Promise<void>((resolve) => closed.listen(0, '127.0.0.1', resolve));
  const s3Endpoint = new URL(`http://127.0.0.1:${(closed.address() as AddressInfo).port}`);
  await new Promise((resolve) => closed.close(resolve));
  const { url } = await startLocal(t, { s3Endpoint });
  const [down, error] = await refused(url);
  assert.equal(down, 502);
  assert.match(
    error,
    new RegExp(`<Code>BadGateway</Code><Message>the S3 server at ${s3Endpoint.origin} cannot be reached`),
  );
  assert.deepEqual(await refused(url, 'HEAD'), [502, '']);
});
