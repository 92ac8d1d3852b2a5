import assert from 'node:assert/strict';
import { bodies, type Case } from './case.ts';
import type { Invocation, Reply } from './recording-container.ts';

const failsAtFirst = ({ number }: Invocation): Reply => (number === 1 ? { status: 503, body: 'busy' } : {});

/** How a container is asked, and what its answers mean. */
export const casesOfSending: readonly Case[] = [
  {
    name: 'an HTTP error becomes a prediction',
    files: { 'in/a': 'good\n', 'in/b': 'bad\n', 'in/c': 'good\n' },
    answer: ({ body }) => (body.includes('bad') ? { status: 400, body: 'no' } : {}),
    ours({ status, outputs, said }) {
      assert.equal(status, 'Failed');
      assert.match(said, /\bb\b.*400/);
      assert.deepEqual(outputs, { 'a.out': 'good\n', 'c.out': 'good\n' });
    },
    theirs({ status, outputs }) {
      assert.deepEqual([status, outputs['b.out']], ['Completed', 'no']);
    },
  },
  {
    name: 'a 5xx is not tried again',
    files: { 'in/a': '1\n' },
    answer: failsAtFirst,
    ours({ status, outputs }) {
      assert.deepEqual([status, outputs], ['Completed', { 'a.out': '1\n' }]);
    },
    theirs({ outputs }) {
      assert.deepEqual(outputs, { 'a.out': 'busy' });
    },
  },
  {
    name: 'InvocationsMaxRetries is not looked at',
    files: { 'in/a': '1\n' },
    answer: failsAtFirst,
    request: () => ({ job: { ModelClientConfig: { InvocationsMaxRetries: 0 } } }),
    ours({ status, outputs, container }) {
      assert.deepEqual([status, outputs, container.invocations.length], ['Failed', {}, 1]);
    },
  },
  {
    name: 'InvocationsTimeoutInSeconds is not looked at',
    files: { 'in/a': '1\n' },
    answer: () => ({ afterMs: 2500 }),
    request: () => ({ job: { ModelClientConfig: { InvocationsTimeoutInSeconds: 1, InvocationsMaxRetries: 0 } } }),
    ours({ status, outputs }) {
      assert.deepEqual([status, outputs], ['Failed', {}]);
    },
    theirs({ status }) {
      assert.equal(status, 'Completed');
    },
  },
  {
    name: 'MULTI_RECORD of /execution-parameters ends the job',
    files: { 'in/a': '1\n2\n' },
    executionParameters: '{"MaxConcurrentTransforms":1,"BatchStrategy":"MULTI_RECORD","MaxPayloadInMB":6}',
    ours(outcome) {
      assert.deepEqual([outcome.status, bodies(outcome)], ['Completed', ['1\n2\n']]);
    },
    theirs({ said }) {
      assert.match(said, /ValueError/);
    },
  },
  {
    name: 'a job without ContentType ends',
    files: { 'in/a.csv': '1,2\n' },
    request: () => ({ input: { ContentType: undefined } }),
    ours({ status, container }) {
      assert.deepEqual([status, container.invocations[0]?.type], ['Completed', 'text/csv']);
    },
    theirs({ said }) {
      assert.match(said, /KeyError: 'ContentType'/);
    },
  },
  {
    name: 'requests are sent one by one',
    files: { 'in/a': '1\n2\n3\n4\n5\n6\n' },
    answer: () => ({ afterMs: 100 }),
    request: () => ({ job: { BatchStrategy: 'SingleRecord', MaxConcurrentTransforms: 3 } }),
    ours({ outputs, container }) {
      assert.equal(container.mostAtOnce(), 3);
      assert.deepEqual(outputs, { 'a.out': '1\n2\n3\n4\n5\n6\n' });
    },
    theirs({ container }) {
      assert.equal(container.mostAtOnce(), 1);
    },
  },
  {
    name: '100 MB at once are not refused',
    files: { 'in/a': '1\n' },
    request: () => ({ job: { MaxPayloadInMB: 60, MaxConcurrentTransforms: 2 } }),
    ours({ status, said, container }) {
      assert.deepEqual([status, container.paths], [null, []]);
      assert.match(said, /MaxPayloadInMB/);
    },
    theirs({ status }) {
      assert.equal(status, 'Completed');
    },
  },
];
