import assert from 'node:assert/strict';
import { bodies, type Case } from './case.ts';

/** Cases of the SDK's own tests of its local mode (contract §3), which hold for both. */
export const casesOfTheSdk: readonly Case[] = [
  {
    name: 'T13: SingleRecord of /execution-parameters, in the spelling of the API, is taken',
    files: { 'in/a': '1\n2\n' },
    executionParameters: '{"BatchStrategy":"SingleRecord"}',
    ours(outcome) {
      assert.deepEqual([outcome.status, bodies(outcome)], ['Completed', ['1\n', '2\n']]);
    },
    theirs({ status }) {
      assert.equal(status, 'Completed');
    },
  },
  {
    name: 'T14: each file has its output',
    files: { 'in/file1': '1\n', 'in/file2': '2\n' },
    ours({ outputs }) {
      assert.deepEqual(outputs, { 'file1.out': '1\n', 'file2.out': '2\n' });
    },
    theirs({ outputs }) {
      assert.deepEqual(outputs, { 'file1.out': '1\n', 'file2.out': '2\n' });
    },
  },
  {
    name: 'T15: a key with .. is refused',
    files: { 'in/a': '1\n', 'secret/b': '2\n' },
    request: (folder) => ({ source: { S3DataType: 'ManifestFile', S3Uri: `file://${folder}/climbing.manifest` } }),
    ours({ status, said, outputs, container }) {
      assert.equal(status, null);
      assert.match(said, /Path traversal detected/);
      assert.deepEqual([outputs, container.invocations.length], [{}, 0]);
    },
  },
  {
    name: 'T16: /ping is asked, then /execution-parameters, then the records are sent',
    files: { 'in/a': '1\n' },
    ours({ container }) {
      const asked = container.paths.filter((path) => path !== '/metrics');
      assert.deepEqual(asked, ['/ping', '/execution-parameters', '/invocations']);
    },
    theirs({ container }) {
      assert.deepEqual(container.paths, ['/ping', '/execution-parameters', '/invocations']);
    },
  },
];
