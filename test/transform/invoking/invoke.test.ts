import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { InvocationError } from '../../../src/transform/invoking/invocation-error.ts';
import { type Invocation, Invoker, type InvokerOptions } from '../../../src/transform/invoking/invoke.ts';
import { type ContainerReply, countsOf } from '../../../src/transform/invoking/reply.ts';
import { breakConnection, fail, type StubRequest, stubContainer } from '../stub-container.ts';

const never = new AbortController().signal;

describe('a request', () => {
  test('has the headers of the service', async (t) => {
    const { url, requests } = await stubContainer(t);
    await text(invoker(t, url, { accept: 'text/csv' }), { ...held('1,2\n'), key: 'bucket/ü.csv' });
    const { host: _, connection, ...headers } = requests[0]?.headers ?? {};
    assert.deepEqual(headers, {
      accept: 'text/csv',
      'accept-encoding': 'gzip',
      'content-length': '4',
      'content-type': 'text/csv',
      'user-agent': 'Go-http-client/1.1',
      'x-amzn-sagemaker-input-object': 'bucket/%C3%BC.csv',
      'x-amzn-sagemaker-input-object-base64': Buffer.from('bucket/ü.csv').toString('base64'),
    });
    assert.equal(connection, 'keep-alive');
  });

  test('names neither type where there is none', async (t) => {
    const { url, requests } = await stubContainer(t);
    await text(invoker(t, url), { ...held('x'), contentType: undefined });
    assert.equal(requests[0]?.headers.accept, undefined);
    assert.equal(requests[0]?.headers['content-type'], undefined);
  });
});

describe('a reply', () => {
  test('in gzip is decoded, and its trailers can be read', async (t) => {
    const invocations = ({ body, response }: StubRequest): void => {
      response.writeHead(200, { 'content-encoding': 'gzip', trailer: 'x-batchline-records' });
      response.write(gzipSync(body));
      response.addTrailers({ 'x-batchline-records': '1' });
      response.end();
    };
    const { url } = await stubContainer(t, { invocations });
    const read = async (reply: ContainerReply) => [await textOf(reply), countsOf(reply)];
    const answer = await invoker(t, url).invoke(held('{"a":1}\n'), read, never);
    assert.deepEqual(answer, ['{"a":1}\n', { records: 1, errors: 0 }]);
  });

  test('in gzip that breaks off is none', async (t) => {
    const invocations = ({ response }: StubRequest): void => {
      const whole = gzipSync('some text, and more of it');
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(whole.subarray(0, whole.length - 9));
    };
    const { url } = await stubContainer(t, { invocations });
    await assert.rejects(text(invoker(t, url), held('x')), {
      failure: 'connection',
      message: 'no reply from the container: unexpected end of file',
    });
  });

  const noContent = fail(204);
  test('of 204 is empty', async (t) => {
    const { url } = await stubContainer(t, { invocations: noContent });
    assert.equal(await text(invoker(t, url), held('x')), '');
  });

  test('of 204 is a failure where it is to be', async (t) => {
    const { url } = await stubContainer(t, { invocations: noContent });
    await assert.rejects(text(invoker(t, url, { noContent: 'failure' }), held('x')), {
      failure: 'other-status',
      kind: 'AlgorithmError',
      retryable: false,
      dataLog: ['Bad HTTP status received from algorithm: 204', '', 'Message:', ''],
    });
  });
});

describe('a failure', () => {
  const cases: [name: string, invocations: (request: StubRequest) => unknown, expected: object][] = [
    [
      '4xx',
      fail(400, 'Bad row\n  in line 3\r\n'),
      {
        failure: '4xx',
        kind: 'ClientError',
        retryable: false,
        message: 'c-1 answered 400: Bad row\n  in line 3',
        dataLog: ['ClientError: 400', '', 'Message:', 'Bad row', '  in line 3'],
      },
    ],
    [
      '5xx',
      fail(503, '{"error":{"code":"NOT_READY","message":"loading"}}'),
      {
        failure: '5xx',
        kind: 'AlgorithmError',
        retryable: true,
        message: 'c-1 answered 503: NOT_READY: loading',
        dataLog: [
          'Bad HTTP status received from algorithm: 503',
          '',
          'Message:',
          '{"error":{"code":"NOT_READY","message":"loading"}}',
        ],
      },
    ],
    [
      'a gzip body',
      ({ response }) => response.writeHead(413, { 'content-encoding': 'gzip' }).end(gzipSync('too large')),
      { failure: '4xx', dataLog: ['ClientError: 413', '', 'Message:', 'too large'] },
    ],
    ['a redirection', fail(307), { failure: 'other-status', kind: 'AlgorithmError', retryable: false }],
    [
      'a broken connection',
      breakConnection,
      {
        failure: 'connection',
        kind: 'AlgorithmError',
        retryable: true,
        message: 'no reply from c-1: read ECONNRESET',
        dataLog: ['Unable to get response from algorithm'],
      },
    ],
    [
      'no reply in time',
      () => undefined,
      {
        failure: 'timeout',
        kind: 'AlgorithmError',
        retryable: true,
        message: 'no reply from c-1: none within 0.2 s',
        dataLog: ['Unable to get response from algorithm'],
      },
    ],
  ];
  for (const [name, invocations, expected] of cases) {
    test(name, async (t) => {
      const { url } = await stubContainer(t, { invocations });
      const failed = text(invoker(t, url, { name: 'c-1', timeoutMs: 200 }), held('x'));
      const error = await failed.then(assert.fail, (reason: unknown) => reason);
      assert.ok(error instanceof InvocationError);
      for (const [key, value] of Object.entries(expected)) assert.deepEqual(error[key as keyof InvocationError], value);
    });
  }
});

function invoker(t: TestContext, url: URL, options: Partial<InvokerOptions> = {}): Invoker {
  const base = { url: new URL('invocations', url), accept: undefined, connections: 1, timeoutMs: 10_000 };
  const made = new Invoker({ ...base, ...options });
  t.after(() => made.close());
  return made;
}

function held(body: string): Invocation {
  return { body: { body: [Buffer.from(body)], bytes: Buffer.byteLength(body) }, key: 'b/k', contentType: 'text/csv' };
}

async function text(to: Invoker, invocation: Invocation): Promise<string> {
  return await to.invoke(invocation, textOf, never);
}

async function textOf(reply: ContainerReply): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of reply) pieces.push(piece);
  return Buffer.concat(pieces).toString();
}
