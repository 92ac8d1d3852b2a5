import assert from 'node:assert/strict';
import { Agent, request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { echo, handlerModel, troublesome } from '../support/handler-model.ts';
import { invoke, type TestServer, testServer } from '../support/test-server.ts';

/** Sends raw bytes on a connection of its own and gathers what comes back until it is closed. */
async function raw(server: TestServer, parts: (string | Buffer | number)[]): Promise<string> {
  const socket = connect(server.port, '127.0.0.1');
  const received: Buffer[] = [];
  socket.on('data', (chunk) => received.push(chunk)).on('error', () => {});
  const closed = new Promise((resolve) => socket.once('close', resolve));
  for (const part of parts) {
    if (typeof part === 'number') await sleep(part);
    else socket.write(part);
  }
  await Promise.race([closed, sleep(5000)]);
  socket.destroy();
  return Buffer.concat(received).toString();
}

const head = (...headers: string[]) =>
  `POST /invocations HTTP/1.1\r\nHost: x\r\nContent-Type: application/jsonlines\r\n${headers.join('\r\n')}\r\n\r\n`;

test('a body over the payload limit is 413: by Content-Length, chunked, and after decompression', async (t) => {
  const server = await testServer(t, await handlerModel(t, echo), { SAGEMAKER_MAX_PAYLOAD_IN_MB: '1' });
  const large = Buffer.from('1\n'.repeat(1024 * 1024));
  assert.equal((await invoke(server, large)).status, 413);
  const bomb = await invoke(server, gzipSync(Buffer.alloc(64 * 1024 * 1024, '1\n')), { 'content-encoding': 'gzip' });
  assert.equal(bomb.status, 413);
  assert.match(bomb.text, /PAYLOAD_TOO_LARGE.*1048576 bytes/);
  const chunk = `${(64 * 1024).toString(16)}\r\n${'1\n'.repeat(32 * 1024)}\r\n`;
  const chunked = await raw(server, [
    head('Transfer-Encoding: chunked', 'Connection: close'),
    chunk.repeat(20),
    '0\r\n\r\n',
  ]);
  assert.match(chunked, /^HTTP\/1\.1 413 /);
  assert.equal((await invoke(server, Buffer.from('1\n'.repeat(512 * 1024)))).status, 200);
});

test('MaxPayloadInMB=0 streams a chunked body of any length; the trailers count', async (t) => {
  const server = await testServer(t, await handlerModel(t, echo), {
    SAGEMAKER_MAX_PAYLOAD_IN_MB: '0',
    BATCHLINE_REPLY_BUFFER_MB: '1',
  });
  const line = `"${'x'.repeat(1000)}"\n`;
  const lines = 40_000;
  let received = 0;
  let trailers: NodeJS.Dict<string> = {};
  await new Promise<void>((resolve, reject) => {
    const request = httpRequest(
      `${server.url}/invocations`,
      { method: 'POST', headers: { 'content-type': 'application/jsonlines' } },
      (response) => {
        response.on('data', (chunk: Buffer) => {
          received += chunk.length;
        });
        response.on('end', () => {
          trailers = response.trailers;
          resolve();
        });
      },
    );
    request.on('error', reject);
    const write = (left: number) => {
      if (left === 0) request.end();
      else request.write(line.repeat(100), () => write(left - 100));
    };
    write(lines);
  });
  assert.equal(received, lines * line.length);
  assert.deepEqual({ ...trailers }, { 'x-batchline-records': String(lines), 'x-batchline-errors': '0' });
});

test('a multi-byte character cut at every chunk boundary arrives whole', async (t) => {
  const server = await testServer(t, await handlerModel(t, echo));
  const text = '{"é":"₹🍔"}\n"ü"\n';
  const bytes = Buffer.from(text);
  const parts = [...bytes].flatMap((byte) => ['1\r\n', Buffer.from([byte]), '\r\n', 1]);
  const reply = await raw(server, [head('Transfer-Encoding: chunked', 'Connection: close'), ...parts, '0\r\n\r\n']);
  assert.ok(reply.endsWith(text), reply);
});

test('a client that sends no more bytes gets 408 and holds no worker meanwhile', async (t) => {
  const server = await testServer(t, await handlerModel(t, echo), {
    BATCHLINE_IDLE_TIMEOUT_MS: '300',
    BATCHLINE_WORKERS: '1',
  });
  const stalled = [1, 2, 3].map(() => raw(server, [head('Content-Length: 100'), '1\n2\n']));
  await sleep(100);
  assert.equal((await invoke(server, '1\n')).text, '1\n');
  for (const reply of await Promise.all(stalled)) assert.match(reply, /^HTTP\/1\.1 408 [\s\S]*REQUEST_TIMEOUT/);
});

test('a slow writer that keeps sending is served', async (t) => {
  const server = await testServer(t, await handlerModel(t, echo), { BATCHLINE_IDLE_TIMEOUT_MS: '300' });
  const reply = await raw(server, [
    head('Content-Length: 8', 'Connection: close'),
    '1\n',
    150,
    '2\n',
    150,
    '3\n',
    150,
    '4\n',
  ]);
  assert.match(reply, /^HTTP\/1\.1 200 [\s\S]*\r\n\r\n1\n2\n3\n4\n$/);
});

test('Content-Length lies: too little is 400, too much is a client that goes away', async (t) => {
  const server = await testServer(t, await handlerModel(t, echo));
  const short = await raw(server, [head('Content-Length: 2'), '1\n2\n']);
  assert.match(short, /HTTP\/1\.1 400 Bad Request/);
  const socket = connect(server.port, '127.0.0.1');
  socket.end(`${head('Content-Length: 100')}1\n`);
  await new Promise((resolve) =>
    socket
      .on('error', () => {})
      .once('close', resolve)
      .resume(),
  );
  assert.equal((await invoke(server, '1\n')).text, '1\n');
});

test('a client that goes away stops the work of its request and is counted as 499', async (t) => {
  const server = await testServer(t, await handlerModel(t, troublesome), {
    BATCHLINE_WORKERS: '1',
    BATCHLINE_SUB_BATCH: '1',
  });
  const gone = new AbortController();
  const abandoned = fetch(`${server.url}/invocations`, {
    method: 'POST',
    body: '{"ms":20}\n'.repeat(2000),
    headers: { 'content-type': 'application/jsonlines' },
    signal: gone.signal,
  });
  await sleep(200);
  gone.abort();
  await assert.rejects(abandoned);
  const start = performance.now();
  assert.equal((await invoke(server, '1\n')).text, '1\n');
  assert.ok(
    performance.now() - start < 10_000,
    'the one worker is free again long before the 40 s of the abandoned request',
  );
  const metrics = await (await fetch(`${server.url}/metrics`)).text();
  assert.match(metrics, /batchline_requests_total\{route="\/invocations",status="499"\} 1/);
});

test('a client that reads slowly does not make the reply grow in memory, and gets all of it', async (t) => {
  const server = await testServer(t, await handlerModel(t, echo), {
    SAGEMAKER_MAX_PAYLOAD_IN_MB: '0',
    BATCHLINE_REPLY_BUFFER_MB: '1',
  });
  const body = Buffer.from(`"${'x'.repeat(98)}"\n`.repeat(300_000));
  const socket = connect(server.port, '127.0.0.1');
  socket.pause();
  socket.write(head(`Content-Length: ${body.length}`, 'Connection: close'));
  let sent = false;
  socket.write(body, () => {
    sent = true;
  });
  await sleep(500);
  assert.equal(sent, false, 'the server stops reading while nobody takes its reply');
  let received = 0;
  socket.on('data', (chunk) => {
    received += chunk.length;
  });
  await new Promise((resolve) => socket.once('close', resolve).resume());
  assert.ok(received > body.length);
});

test('200 connections at once are all answered, each with its own records', async (t) => {
  const server = await testServer(t, await handlerModel(t, echo));
  const answers = await Promise.all(Array.from({ length: 200 }, (_, n) => invoke(server, `${n}\n${n}\n`)));
  assert.deepEqual(
    answers.map(({ text }) => text),
    answers.map((_, n) => `${n}\n${n}\n`),
  );
});

test('requests on one kept-alive connection are answered one after the other, refusals among them', async (t) => {
  const server = await testServer(t, await handlerModel(t, echo));
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  t.after(() => agent.destroy());
  const ports = new Set<number | undefined>();
  const post = (body: string, type: string) =>
    new Promise<number | undefined>((resolve, reject) => {
      const request = httpRequest(
        `${server.url}/invocations`,
        { method: 'POST', agent, headers: { 'content-type': type } },
        (response) => {
          ports.add(request.socket?.localPort);
          response.resume().once('end', () => resolve(response.statusCode));
        },
      );
      request.once('error', reject).end(body);
    });
  assert.equal(await post('1\n', 'application/json'), 200);
  assert.equal(await post('[1', 'application/json'), 400);
  assert.equal(await post('2\n', 'application/json'), 200);
  assert.equal(ports.size, 1);
});

test('/ping answers at once while every worker is busy', async (t) => {
  const server = await testServer(t, await handlerModel(t, troublesome));
  const busy = [1, 2, 3, 4].map(() => invoke(server, '{"ms":400}\n'));
  await sleep(50);
  const start = performance.now();
  assert.equal((await fetch(`${server.url}/ping`)).status, 200);
  // Generous, because tests are no benchmark: the requests above keep both workers busy for 800 ms.
  assert.ok(performance.now() - start < 300);
  await Promise.all(busy);
});
