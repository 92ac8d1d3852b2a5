import assert from 'node:assert/strict';
import { gzipSync } from 'node:zlib';
import { bodies, type Case } from './case.ts';

/** What is read, cut and written. */
export const casesOfObjects: readonly Case[] = [
  ...(['Line', 'None'] as const).map(
    (split): Case => ({
      name: `bytes that are not UTF-8 end the job, split ${split}`,
      files: { 'in/a': 'caf\xe9\r\n\xff\xfe\r\n' },
      request: () => ({ input: { SplitType: split } }),
      ours({ status, outputs }) {
        assert.deepEqual([status, outputs], ['Completed', { 'a.out': 'caf\xe9\r\n\xff\xfe\r\n' }]);
      },
      theirs({ said }) {
        assert.match(said, /UnicodeDecodeError/);
      },
    }),
  ),
  {
    name: 'CRLF becomes LF',
    files: { 'in/a': '1\r\n2\r\n' },
    ours(outcome) {
      assert.deepEqual(bodies(outcome), ['1\r\n2\r\n']);
    },
    theirs(outcome) {
      assert.deepEqual(bodies(outcome), ['1\n2\n']);
    },
  },
  {
    name: 'AssembleWith Line adds blank lines',
    files: { 'in/a': '1\n2' },
    request: () => ({ output: { AssembleWith: 'Line' }, job: { BatchStrategy: 'SingleRecord' } }),
    ours({ outputs }) {
      assert.deepEqual(outputs, { 'a.out': '1\n2\n' });
    },
    theirs({ outputs }) {
      assert.deepEqual(outputs, { 'a.out': '1\n\n2\n' });
    },
  },
  {
    name: 'a manifest is posted instead of what it lists',
    files: { 'in/a': '1\n', 'in/b': '2\n', 'in/deep/c': '3\n' },
    request: (folder) => ({ source: { S3DataType: 'ManifestFile', S3Uri: `file://${folder}/list.manifest` } }),
    ours({ status, outputs }) {
      assert.deepEqual([status, Object.values(outputs).sort()], ['Completed', ['1\n', '3\n']]);
    },
    theirs({ container }) {
      assert.match(container.invocations[0]?.body ?? '', /prefix/);
    },
  },
  {
    name: 'files in sub-folders are left out',
    files: { 'in/a': '1\n', 'in/deep/a': '2\n', 'in/deep/er/a': '3\n' },
    ours({ outputs }) {
      assert.deepEqual(outputs, { 'a.out': '1\n', 'deep/a.out': '2\n', 'deep/er/a.out': '3\n' });
    },
    theirs({ outputs }) {
      assert.deepEqual(outputs, { 'a.out': '1\n' });
    },
  },
  {
    name: 'filters and the join are not applied',
    files: { 'in/a.csv': 'id1,1,2\nid2,3,4\n' },
    answer: ({ body }) => ({ body: body.replaceAll(',', ';') }),
    request: () => ({
      input: { ContentType: 'text/csv' },
      output: { Accept: 'text/csv', AssembleWith: 'Line' },
      job: { DataProcessing: { InputFilter: '$[1:]', JoinSource: 'Input', OutputFilter: '$[0,-1]' } },
    }),
    ours(outcome) {
      assert.deepEqual(bodies(outcome), ['1,2\n3,4\n']);
      assert.deepEqual(outcome.outputs, { 'a.csv.out': 'id1,1;2\nid2,3;4\n' });
    },
    theirs(outcome) {
      assert.deepEqual(bodies(outcome), ['id1,1,2\nid2,3,4\n']);
    },
  },
  {
    name: 'Gzip is not unpacked',
    files: { 'in/a.gz': gzipSync('1\n2\n') },
    request: () => ({ input: { CompressionType: 'Gzip' } }),
    ours({ status, outputs }) {
      assert.deepEqual([status, outputs], ['Completed', { 'a.gz.out': '1\n2\n' }]);
    },
    theirs({ said }) {
      assert.match(said, /UnicodeDecodeError/);
    },
  },
  {
    name: 'TFRecord ends the job',
    files: { 'in/a': Buffer.alloc(0) },
    request: () => ({ input: { SplitType: 'TFRecord' } }),
    ours({ status }) {
      assert.equal(status, 'Completed');
    },
    theirs({ said }) {
      assert.match(said, /ValueError: Invalid Split Type: TFRecord/);
    },
  },
  {
    name: 'an empty file is posted',
    files: { 'in/a': '' },
    ours({ status, outputs, container }) {
      assert.deepEqual([status, outputs, container.invocations.length], ['Completed', { 'a.out': '' }, 0]);
    },
    theirs({ container }) {
      assert.equal(container.invocations.length, 1);
    },
  },
  {
    name: 'no objects are no error',
    files: { 'elsewhere/a': '1\n', 'in/.keep/a': '' },
    request: (folder) => ({ source: { S3Uri: `file://${folder}/in/nothing` } }),
    ours({ status, said }) {
      assert.equal(status, null);
      assert.match(said, /No S3 objects found under S3 URL/);
    },
  },
];
