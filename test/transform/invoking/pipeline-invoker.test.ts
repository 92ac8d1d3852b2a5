import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Invoker, type RequestBody } from '../../../src/transform/invoking/invoke.ts';
import { PipelineInvoker } from '../../../src/transform/invoking/pipeline-invoker.ts';
import type { ContainerReply } from '../../../src/transform/invoking/reply.ts';
import { fail, type StubRequest, stubContainer } from '../stub-container.ts';

const never = new AbortController().signal;

describe('a pipeline', () => {
  for (const kind of ['held', 'streamed'] as const) {
    test(`of ${kind} bodies feeds each container with the reply before it`, async (t) => {
      const { answer, seen } = await invoke(t, kind, [append('a', 'text/csv'), append('b'), append('c', 'x/y')]);
      assert.equal(answer, '0abc');
      assert.deepEqual(
        seen.map(({ requests }) => requests.map(({ body }) => body)),
        [['0'], ['0a'], ['0ab']],
      );
      const headers = seen.map(({ requests }) => requests[0]?.headers);
      assert.deepEqual(
        headers.map((header) => [header?.['content-type'], header?.accept]),
        [
          ['first/type', undefined],
          ['text/csv', undefined],
          [undefined, 'last/type'],
        ],
      );
      const length = kind === 'held' ? '2' : undefined;
      assert.equal(headers[1]?.['content-length'], length);
      assert.equal(headers[2]?.['x-amzn-sagemaker-input-object'], 'b/k');
    });

    test(`of ${kind} bodies names the container that failed, and asks none behind it`, async (t) => {
      const seen: number[] = [];
      const count = (request: StubRequest): void => {
        seen.push(request.number);
        append('c')(request);
      };
      await assert.rejects(invoke(t, kind, [append('a'), fail(422, 'no such column'), count]), {
        message: 'container-2 answered 422: no such column',
        failure: '4xx',
        dataLog: ['ClientError: 422', '', 'Message:', 'no such column'],
      });
      assert.deepEqual(seen, []);
    });
  }

  test('of held bodies gives each container its own time', async (t) => {
    const slow = async (request: StubRequest) => sleep(250).then(() => append('.')(request));
    const { answer } = await invoke(t, 'held', [slow, slow, slow], 600);
    assert.equal(answer, '0...');
  });

  test('ends with its signal', async (t) => {
    const stop = new AbortController();
    const never_ = (): void => stop.abort(new Error('enough'));
    await assert.rejects(invoke(t, 'streamed', [append('a'), never_], 10_000, stop.signal), /^Error: enough$/);
  });
});

test('a streamed reply whose next connection turned out closed is asked for again from the start', async (t) => {
  // The second container closes its connection when it comes to be used again, which only a retry of the whole mends.
  let used = 0;
  const second = await stubContainer(t, {
    invocations: ({ body, response, raw }) => (++used === 2 ? raw.socket.destroy() : response.end(body)),
  });
  const first = await stubContainer(t);
  const pipeline = pipelineOf(t, [first.url, second.url], 10_000);
  const send = () => pipeline.invoke({ body: streamed('x'), key: 'b/k', contentType: undefined }, textOf, never);
  assert.equal(await send(), 'x');
  await assert.rejects(send(), { failure: 'connection', retryable: true });
  assert.equal(await send(), 'x');
});

type Invocations = (request: StubRequest) => unknown;

async function invoke(
  t: TestContext,
  kind: 'held' | 'streamed',
  containers: readonly Invocations[],
  timeoutMs = 10_000,
  signal = never,
) {
  const seen = await Promise.all(containers.map((invocations) => stubContainer(t, { invocations })));
  const pipeline = pipelineOf(
    t,
    seen.map(({ url }) => url),
    timeoutMs,
  );
  const body = kind === 'held' ? { body: [Buffer.from('0')], bytes: 1 } : streamed('0');
  const answer = await pipeline.invoke({ body, key: 'b/k', contentType: 'first/type' }, textOf, signal);
  return { answer, seen };
}

function pipelineOf(t: TestContext, urls: readonly URL[], timeoutMs: number): PipelineInvoker {
  const invokers = urls.map((url, index) => {
    const accept = index === urls.length - 1 ? 'last/type' : undefined;
    const name = `container-${index + 1}`;
    return new Invoker({ url: new URL('invocations', url), accept, connections: 1, timeoutMs, name });
  });
  const pipeline = new PipelineInvoker(invokers);
  t.after(() => pipeline.close());
  return pipeline;
}

function append(suffix: string, type?: string): Invocations {
  return ({ body, response }) => {
    if (type) response.setHeader('content-type', type);
    response.end(body + suffix);
  };
}

function streamed(text: string): RequestBody {
  return async function* () {
    yield await Promise.resolve(Buffer.from(text));
  };
}

async function textOf(reply: ContainerReply): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of reply) pieces.push(piece);
  return Buffer.concat(pieces).toString();
}
