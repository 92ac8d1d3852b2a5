import assert from 'node:assert/strict';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { BatchlineError } from '../../src/errors.ts';
import type { JobResult } from '../../src/transform/job.ts';
import type { BatchSettings } from '../../src/transform/settings.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { filesIn, type JobChanges, never, prepareIn, type Ran, runFiles } from './run-files.ts';
import { breakConnection, echo, fail, type StubRequest, stubContainer } from './stub-container.ts';

const mebibyte = 1024 * 1024;
const single: Partial<BatchSettings> = { batchStrategy: 'SingleRecord' };

describe('outputs', () => {
  test('are in input order, with several requests under way at random speeds', async (t) => {
    const lines = Array.from({ length: 200 }, (_, index) => `{"n":${index}}\n`).join('');
    const container = await stubContainer(t, {
      invocations: async (request) => {
        await sleep(Math.random() * 10);
        echo(request);
      },
    });
    const { result, outputs } = await run(
      t,
      container.url,
      { 'a.jsonl': lines },
      { ...single, maxConcurrentTransforms: 4 },
    );
    assert.equal(result.status, 'Completed');
    assert.deepEqual(outputs, { 'a.jsonl.out': lines });
    assert.equal(result.miniBatches, 200);
    assert.equal(container.mostAtOnce(), 4);
  });

  test('of several objects share the connections', async (t) => {
    const files = Object.fromEntries(Array.from({ length: 9 }, (_, index) => [`f${index}`, `${index}\n`]));
    const container = await stubContainer(t, { invocations: async (request) => sleep(20).then(() => echo(request)) });
    const { result, outputs } = await run(t, container.url, files, { maxConcurrentTransforms: 3 });
    assert.deepEqual(
      Object.keys(outputs),
      Object.keys(files).map((name) => `${name}.out`),
    );
    assert.deepEqual(
      result.objects.map(({ key }) => key),
      Object.keys(files),
    );
    assert.equal(container.mostAtOnce(), 3);
  });

  const replies: [name: string, replies: string[], output: string][] = [
    ['a reply without a final newline is given one', ['a', 'b'], 'a\nb\n'],
    ['a reply with one is left alone', ['a\n', 'b\n'], 'a\nb\n'],
    ['an empty reply adds nothing', ['', 'b'], 'b\n'],
  ];
  for (const [name, answers, output] of replies) {
    test(name, async (t) => {
      const invocations = ({ number, response }: StubRequest) => response.end(answers[number - 1]);
      const { url } = await stubContainer(t, { invocations });
      const { outputs } = await run(t, url, { x: '1\n2\n' }, single);
      assert.deepEqual(outputs, { 'x.out': output });
    });
  }

  test('with SplitType None are the replies as they are', async (t) => {
    const { url, requests } = await stubContainer(t, { invocations: ({ response }) => response.end('no newline') });
    const { outputs } = await run(t, url, { x: 'a\nb\n' }, {}, { splitType: 'None' });
    assert.deepEqual(outputs, { 'x.out': 'no newline' });
    assert.deepEqual(
      requests.map(({ body }) => body),
      ['a\nb\n'],
    );
  });

  test('of an empty object are empty, without a request', async (t) => {
    for (const maxPayloadInMB of [6, 0]) {
      const { url, requests } = await stubContainer(t);
      const { result, outputs } = await run(t, url, { x: '' }, { maxPayloadInMB });
      assert.deepEqual(outputs, { 'x.out': '' });
      assert.equal(result.status, 'Completed');
      assert.equal(requests.length, 0);
    }
  });

  test('replace older ones', async (t) => {
    const { url } = await stubContainer(t);
    const folder = await temporaryFolder(t, { 'in/x': 'new\n', 'out/x.out': 'old, and longer than the new one\n' });
    await runIn(folder, url);
    assert.equal(await readFile(join(folder, 'out/x.out'), 'utf8'), 'new\n');
  });

  test('count lines, and records where the server tells', async (t) => {
    const { url } = await stubContainer(t, {
      invocations: ({ response, number }) => {
        if (number === 1)
          return response.setHeader('x-batchline-records', 2).setHeader('x-batchline-errors', 1).end('a\nb\n');
        response.setHeader('Trailer', 'x-batchline-records, x-batchline-errors').write('c');
        response.addTrailers({ 'x-batchline-records': '1', 'x-batchline-errors': '0' });
        return response.end();
      },
    });
    const { result } = await run(t, url, { x: '1\n2\n' }, single);
    const { records, errorRecords, outputLines, outputBytes } = result.objects[0] ?? {};
    assert.deepEqual(
      { records, errorRecords, outputLines, outputBytes },
      { records: 3, errorRecords: 1, outputLines: 3, outputBytes: 6 },
    );
  });
});

describe('requests', () => {
  test('are as large as whole lines allow', async (t) => {
    const line = `${'x'.repeat(300_000)}\n`;
    const { url, requests } = await stubContainer(t);
    const { outputs } = await run(t, url, { x: line.repeat(10) }, { maxPayloadInMB: 1 });
    assert.deepEqual(
      requests.map(({ body }) => body.length / line.length),
      [3, 3, 3, 1],
    );
    assert.deepEqual(outputs, { 'x.out': line.repeat(10) });
  });

  test('carry the headers of the service', async (t) => {
    const { url, requests } = await stubContainer(t);
    await run(t, url, { 'a/ü.csv': '1,2\n' }, {}, { accept: 'application/json' });
    const { host, connection, ...headers } = requests[0]?.headers ?? {};
    assert.deepEqual(headers, {
      'content-type': 'text/csv',
      accept: 'application/json',
      'content-length': '4',
      'accept-encoding': 'gzip',
      'user-agent': 'Go-http-client/1.1',
      'x-amzn-sagemaker-input-object': 'a/%C3%BC.csv',
      'x-amzn-sagemaker-input-object-base64': Buffer.from('a/ü.csv').toString('base64'),
    });
  });

  test('name a content type by extension', async (t) => {
    const { url, requests } = await stubContainer(t);
    const names = ['a.csv', 'b.jsonl', 'c.ndjson', 'd.json', 'e.CSV', 'f'];
    await run(t, url, Object.fromEntries(names.map((name) => [name, 'x\n'])));
    assert.deepEqual(
      requests.map(({ headers }) => headers['content-type']),
      [
        'text/csv',
        'application/jsonlines',
        'application/jsonlines',
        'application/json',
        'text/csv',
        'application/json',
      ],
    );
  });
});

describe('behind a slow request', () => {
  test('only a few replies are held', async (t) => {
    const held: number[] = [];
    const container = await stubContainer(t, {
      invocations: async (request) => {
        if (request.number === 1) await sleep(200);
        if (request.number === 1) held.push(container.requests.length - 1);
        echo(request);
      },
    });
    const lines = '1\n'.repeat(50);
    const { outputs } = await run(t, container.url, { x: lines }, { ...single, maxConcurrentTransforms: 2 });
    assert.deepEqual(outputs, { 'x.out': lines });
    assert.deepEqual(held, [3]);
  });

  test('little more is sent once another has failed', async (t) => {
    const { url, requests } = await stubContainer(t, {
      invocations: async (request) => {
        if (request.body === '2\n') return fail(400, 'no')(request);
        await sleep(100);
        echo(request);
      },
    });
    const lines = Array.from({ length: 50 }, (_, index) => `${index + 1}\n`).join('');
    const { result } = await run(t, url, { x: lines }, { ...single, maxConcurrentTransforms: 2 });
    assert.equal(result.objects[0]?.reason, 'mini-batch from line 2: the container answered 400: no');
    assert.ok(requests.length <= 4, `${requests.length} requests`);
  });
});

describe('a stream (MaxPayloadInMB 0)', () => {
  test('is one chunked request', async (t) => {
    const content = `${'x'.repeat(99)}\n`.repeat(50_000);
    const { url, requests } = await stubContainer(t);
    const { outputs, result } = await run(t, url, { x: content }, { maxPayloadInMB: 0 });
    assert.deepEqual(outputs, { 'x.out': content });
    assert.equal(requests.length, 1);
    assert.equal(requests[0]?.headers['transfer-encoding'], 'chunked');
    assert.equal(result.objects[0]?.outputLines, 50_000);
  });

  test('that breaks off within the reply is sent anew, from file to file', async (t) => {
    const { url } = await stubContainer(t, {
      invocations: (request) => {
        if (request.number > 1) return echo(request);
        request.response.write(`${'wrong\n'.repeat(200_000)}`, () => request.raw.socket.destroy());
      },
    });
    const { outputs, result } = await run(t, url, { x: 'right\n' }, { maxPayloadInMB: 0 });
    assert.deepEqual(outputs, { 'x.out': 'right\n' });
    assert.equal(result.objects[0]?.outputLines, 1);
    assert.equal(result.retries, 1);
  });

  test('whose reply ends before the object does has failed', async (t) => {
    const { url } = await rawServer(t, 'HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nall\n');
    const big = { x: 'x\n'.repeat(20 * mebibyte) };
    const { result, outputs } = await run(t, url, big, { maxPayloadInMB: 0 }, { retries: noRetries });
    const reason = 'no reply from the container: the reply ended before the whole object was sent';
    assert.equal(result.objects[0]?.reason, reason);
    assert.deepEqual(outputs, {});
  });

  test('that is refused before it was sent ends with the reason', async (t) => {
    const { url } = await rawServer(t, 'HTTP/1.1 413 Payload Too Large\r\nContent-Length: 7\r\n\r\ntoo big');
    const { result } = await run(t, url, { x: 'x\n'.repeat(20 * mebibyte) }, { maxPayloadInMB: 0 });
    assert.equal(result.objects[0]?.reason, 'the container answered 413: too big');
  });

  test('does not apply to SingleRecord', async (t) => {
    const { url, requests } = await stubContainer(t);
    await run(t, url, { x: 'a\nb\n' }, { ...single, maxPayloadInMB: 0 });
    assert.deepEqual(
      requests.map(({ body }) => body),
      ['a\n', 'b\n'],
    );
  });
});

describe('what may pass is tried again', () => {
  const faults: Record<string, (request: StubRequest) => unknown> = {
    '500': fail(500),
    '503': fail(503, '{"error":{"code":"NOT_READY","message":"loading"}}'),
    'a reset': breakConnection,
    'a reply that breaks off': ({ response, raw }) => {
      response.writeHead(200, { 'Content-Length': 100 }).write('half', () => raw.socket.destroy());
    },
    'a chunked reply that breaks off': ({ response, raw }) => response.write('half', () => raw.socket.destroy()),
    'a timeout': () => undefined,
  };
  for (const [name, fault] of Object.entries(faults)) {
    for (const body of ['a\nb\n', 'x'.repeat(3 * mebibyte)]) {
      test(`${name}, ${body.length} bytes`, async (t) => {
        const invocations = (request: StubRequest) => (request.number <= 2 ? fault(request) : echo(request));
        const { url } = await stubContainer(t, { invocations });
        const { result, outputs } = await run(t, url, { x: body }, {}, { timeoutMs: 300 });
        assert.equal(result.status, 'Completed', result.objects[0]?.reason);
        assert.equal(result.retries, 2);
        assert.deepEqual(outputs, { 'x.out': body.endsWith('\n') ? body : `${body}\n` });
      });
    }
  }

  test('as often as allowed, then the object fails with the reason', async (t) => {
    const { url, requests } = await stubContainer(t, { invocations: fail(503, 'busy') });
    const { result, outputs } = await run(t, url, { x: 'a\n' });
    assert.equal(requests.length, 4);
    assert.equal(result.objects[0]?.reason, 'the container answered 503: busy (after 3 retries)');
    assert.deepEqual(outputs, {});
  });

  test('a container that never answers a ping fails with the reason, in AWS’s words', async (t) => {
    const changes = { assume: ['ping-seconds=0.05'] };
    const { result } = await runFiles(t, { url: new URL('http://127.0.0.1:1/'), files: { x: 'a\n' }, changes });
    assert.match(result.failureReason ?? '', /^AlgorithmError: .*ping.*ECONNREFUSED/s);
    assert.equal(result.status, 'Failed');
  });

  test('a timeout names its length', async (t) => {
    const { url } = await stubContainer(t, { invocations: () => undefined });
    const { result } = await run(t, url, { x: 'a\n' }, {}, { timeoutMs: 50, retries: noRetries });
    assert.equal(result.objects[0]?.reason, 'no reply from the container: none within 0.05 s');
  });

  test('an idle connection that the server has closed costs no retry', async (t) => {
    const { url, requests } = await stubContainer(t, {
      invocations: (request) => {
        echo(request);
        if (request.number === 1)
          request.response.once('finish', () => setImmediate(() => request.raw.socket.resetAndDestroy()));
      },
    });
    const { result } = await run(t, url, { x: 'a\nb\nc\n' }, single, { retries: noRetries });
    assert.equal(result.status, 'Completed', result.objects[0]?.reason);
    assert.equal(requests.length, 3);
  });
});

describe('what cannot pass is not', () => {
  const cases: [name: string, answer: (request: StubRequest) => void, reason: string][] = [
    ['400', fail(400, 'bad'), 'the container answered 400: bad'],
    ['413', fail(413), 'the container answered 413 without a message'],
    ['a redirect', fail(302), 'the container answered 302 without a message'],
    [
      'an error of ours',
      fail(400, '{"error":{"code":"TOO_MANY_ERRORS","message":"20 of 20 records failed"}}'),
      'the container answered 400: TOO_MANY_ERRORS: 20 of 20 records failed',
    ],
    ['JSON of others', fail(415, '{"error":"no"}'), 'the container answered 415: {"error":"no"}'],
    ['a long message', fail(400, 'm'.repeat(200_000)), `the container answered 400: ${'m'.repeat(1024)}…`],
  ];
  for (const [name, answer, reason] of cases) {
    test(name, async (t) => {
      const { url, requests } = await stubContainer(t, { invocations: answer });
      const { result } = await run(t, url, { x: 'a\n' });
      assert.equal(result.objects[0]?.reason, reason);
      assert.equal(result.status, 'Failed');
      assert.equal(requests.length, 1);
    });
  }
});

describe('an object that fails', () => {
  test('leaves nothing behind, and the others are scored', async (t) => {
    const { url } = await stubContainer(t, {
      invocations: (request) => (request.body.includes('bad') ? fail(400, 'no')(request) : echo(request)),
    });
    const files = { a: '1\n', 'b/bad': '1\n2\nbad\n4\n', c: '3\n' };
    const { result, outputs } = await run(t, url, files, { ...single, maxConcurrentTransforms: 2 });
    assert.equal(result.status, 'Failed');
    assert.deepEqual(outputs, { 'a.out': '1\n', 'c.out': '3\n' });
    assert.deepEqual(
      result.objects.map(({ key, status, reason }) => [key, status, reason]),
      [
        ['a', 'Completed', undefined],
        ['b/bad', 'Failed', 'mini-batch from line 3: the container answered 400: no'],
        ['c', 'Completed', undefined],
      ],
    );
  });

  test('keeps an older output', async (t) => {
    const { url } = await stubContainer(t, { invocations: fail(400) });
    const folder = await temporaryFolder(t, { 'in/x': 'a\n', 'out/x.out': 'old\n' });
    await runIn(folder, url);
    assert.deepEqual(await filesIn(join(folder, 'out')), { 'x.out': 'old\n' });
  });

  test('names the line and size of a record over the limit', async (t) => {
    const { url } = await stubContainer(t);
    const content = `a\n\n${'x'.repeat(mebibyte)}\nb\n`;
    const { result, outputs } = await run(t, url, { x: content }, { maxPayloadInMB: 1 });
    assert.equal(
      result.objects[0]?.reason,
      'the record at line 3 has 1,048,577 bytes, more than MaxPayloadInMB allows (1,048,576 bytes)',
    );
    assert.deepEqual(outputs, {});
  });

  test('because its file has gone says so', async (t) => {
    const { url } = await stubContainer(t);
    const folder = await temporaryFolder(t, { 'in/x': 'a\n' });
    for (const maxPayloadInMB of [6, 0]) {
      await writeFile(join(folder, 'in/x'), 'a\n');
      const prepared = await prepareIn(folder, url, changesOf({ maxPayloadInMB }));
      await rm(join(folder, 'in/x'));
      const result = await prepared.run(never);
      assert.match(result.objects[0]?.reason ?? '', /in\/x.*ENOENT/);
    }
  });

  test('because its output cannot be written says so', async (t) => {
    const { url } = await stubContainer(t);
    const folder = await temporaryFolder(t, { 'in/x': 'a\n', 'in/y': 'b\n', 'out/x.out/in-the-way': '' });
    const result = await runIn(folder, url);
    assert.deepEqual(
      result.objects.map(({ status }) => status),
      ['Failed', 'Completed'],
    );
    assert.match(result.objects[0]?.reason ?? '', /^cannot write .*\/x\.out: E/);
    assert.deepEqual(Object.keys(await filesIn(join(folder, 'out'))), ['x.out/in-the-way', 'y.out']);
  });
});

describe('a job that is stopped', () => {
  test('ends its requests and leaves no partial output', async (t) => {
    const stop = new AbortController();
    const closed = Promise.withResolvers<void>();
    const { url } = await stubContainer(t, {
      invocations: (request) => {
        if (request.number === 1) return echo(request);
        request.raw.socket.once('close', () => closed.resolve());
        setTimeout(() => stop.abort(new Error('stopped')), 10);
      },
    });
    const { result, outputs } = await run(t, url, { a: 'a\n', b: 'b\n', c: 'c\n' }, {}, {}, stop.signal);
    assert.equal(result.status, 'Stopped');
    assert.deepEqual(
      result.objects.map(({ status }) => status),
      ['Completed', 'Stopped', 'Stopped'],
    );
    assert.deepEqual(outputs, { 'a.out': 'a\n' });
    await closed.promise;
  });

  test('during a pause between retries', async (t) => {
    const stop = new AbortController();
    setTimeout(() => stop.abort(new Error('stopped')), 50);
    const slow = { maxRetries: 3, firstPauseMs: 60_000 };
    const { url } = await stubContainer(t, { invocations: fail(500) });
    const { result } = await run(t, url, { a: 'a\n' }, {}, { retries: slow }, stop.signal);
    assert.equal(result.status, 'Stopped');
  });

  test('because the server died fails with the reason', async (t) => {
    const stop = new AbortController();
    const { url } = await stubContainer(t, {
      invocations: () => stop.abort(new BatchlineError('JOB_FAILED', 'the server was ended by SIGKILL')),
    });
    const { result, outputs } = await run(t, url, { a: 'a\n', b: 'b\n' }, {}, {}, stop.signal);
    assert.deepEqual(
      result.objects.map(({ reason }) => reason),
      Array(2).fill('the server was ended by SIGKILL'),
    );
    assert.deepEqual(outputs, {});
  });
});

test('counters end at what there was, retries or not', async (t) => {
  const folder = await temporaryFolder(t, { 'in/x': 'a\n'.repeat(mebibyte) });
  for (const maxPayloadInMB of [1, 0]) {
    const invocations = (request: StubRequest) => (request.number === 1 ? fail(500)(request) : echo(request));
    const { url } = await stubContainer(t, { invocations });
    const prepared = await prepareIn(folder, url, changesOf({ maxPayloadInMB }));
    await prepared.run(never);
    const { objects, bytes, retries } = prepared.counters;
    assert.deepEqual([objects, bytes, retries], [1, 2 * mebibyte, 1]);
  }
});

/** Answers at the first bytes, and reads no further. */
async function rawServer(t: TestContext, answer: string): Promise<{ url: URL }> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', (first) => {
      if (!first.toString('latin1').startsWith('POST'))
        return socket.end('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}');
      socket.pause();
      return socket.write(answer);
    });
    t.after(() => socket.destroy());
  });
  t.after(() => server.close());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: new URL(`http://127.0.0.1:${(server.address() as { port: number }).port}/`) };
}

const noRetries = { maxRetries: 0 };

interface Rest {
  readonly splitType?: 'None';
  readonly accept?: string;
  readonly timeoutMs?: number;
  readonly retries?: { readonly maxRetries: number; readonly firstPauseMs?: number };
}

async function run(
  t: TestContext,
  url: URL,
  files: Readonly<Record<string, string>>,
  settings: Partial<BatchSettings> = {},
  rest: Rest = {},
  signal: AbortSignal = never,
): Promise<Ran> {
  return await runFiles(t, { url, files, changes: changesOf(settings, rest), signal });
}

async function runIn(folder: string, url: URL, settings: Partial<BatchSettings> = {}): Promise<JobResult> {
  return await (await prepareIn(folder, url, changesOf(settings))).run(never);
}

function changesOf(settings: Partial<BatchSettings>, rest: Rest = {}): JobChanges {
  const { batchStrategy, maxPayloadInMB, maxConcurrentTransforms } = settings;
  const { splitType, accept, timeoutMs, retries } = rest;
  return {
    ...(batchStrategy === undefined ? {} : { BatchStrategy: batchStrategy }),
    ...(maxPayloadInMB === undefined ? {} : { MaxPayloadInMB: maxPayloadInMB }),
    ...(maxConcurrentTransforms === undefined ? {} : { MaxConcurrentTransforms: maxConcurrentTransforms }),
    ModelClientConfig: {
      ...(timeoutMs === undefined ? {} : { InvocationsTimeoutInSeconds: timeoutMs / 1000 }),
      ...(retries === undefined ? {} : { InvocationsMaxRetries: retries.maxRetries }),
    },
    ...(splitType === undefined ? {} : { TransformInput: { SplitType: splitType } }),
    TransformOutput: {
      ...(splitType === undefined ? {} : { AssembleWith: splitType }),
      ...(accept === undefined ? {} : { Accept: accept }),
    },
    assume: retries?.firstPauseMs === undefined ? [] : [`first-retry-seconds=${retries.firstPauseMs / 1000}`],
  };
}
