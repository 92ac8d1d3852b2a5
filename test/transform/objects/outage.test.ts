import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runFiles } from '../run-files.ts';
import { breakConnection, echo, stubContainer } from '../stub-container.ts';

const files = Object.fromEntries(Array.from({ length: 30 }, (_, index) => [`f${index + 10}`, `${index}\n`]));
const changes = { ModelClientConfig: { InvocationsMaxRetries: 0 } };

test('objects are not tried any more when ten in a row could not be reached', async (t) => {
  const { url, requests } = await stubContainer(t, {
    invocations: (request) => (request.number <= 5 ? echo(request) : breakConnection(request)),
  });
  const { result, outputs } = await runFiles(t, { url, files, changes });
  assert.equal(Object.keys(outputs).length, 5);
  // A broken connection that was kept alive is tried once more on one of its own, which is no retry.
  assert.ok(requests.length <= 5 + 2 * 10, `${requests.length} requests`);
  assert.equal(result.status, 'Failed');
  assert.match(
    result.objects.at(-1)?.reason ?? '',
    /^not tried, because 10 objects in a row could not be reached; the last: no reply/,
  );
});

test('objects that are refused, or reached in between, do not count', async (t) => {
  const { url } = await stubContainer(t, {
    invocations: (request) => {
      if (request.number % 3 === 0) return echo(request);
      return request.response.writeHead(400).end('no');
    },
  });
  const { result } = await runFiles(t, { url, files, changes });
  assert.equal(result.objects.filter(({ status }) => status === 'Completed').length, 10);
});
