import assert from 'node:assert/strict';
import { gzipSync } from 'node:zlib';
import type { Invocation, RecordingContainer, Reply } from './recording-container.ts';

/** What one of the two made of a job. */
export interface Outcome {
  readonly status: string | null;
  /** Why it ended, or failed. */
  readonly said: string;
  /** By path below the output folder, each byte a character. */
  readonly outputs: Readonly<Record<string, string>>;
  readonly container: RecordingContainer;
}

/** A job that the SDK's local mode does wrong or cannot do. */
export interface Case {
  readonly defect: string;
  /** Below the folder of the case; text is Latin-1. */
  readonly files: Readonly<Record<string, string | Buffer>>;
  /** What stands in the request beside what every job has, given the folder. */
  readonly request?: (folder: string) => RequestParts;
  readonly executionParameters?: string;
  readonly answer?: (invocation: Invocation) => Reply;
  ours(outcome: Outcome): void;
  theirs?(outcome: Outcome): void;
}

export interface RequestParts {
  readonly source?: object;
  readonly input?: object;
  readonly output?: object;
  readonly resources?: object;
  readonly job?: object;
}

/** The CreateTransformJob request of a case: by default lines of text/plain below `in/`, to `out/`. */
export function requestOf({ request }: Pick<Case, 'request'>, folder: string): object {
  const { source, input, output, resources, job } = request?.(folder) ?? {};
  return {
    TransformJobName: 'job',
    ModelName: 'model',
    TransformInput: {
      DataSource: { S3DataSource: { S3DataType: 'S3Prefix', S3Uri: `file://${folder}/in/`, ...source } },
      ContentType: 'text/plain',
      SplitType: 'Line',
      ...input,
    },
    TransformOutput: { S3OutputPath: `file://${folder}/out`, ...output },
    TransformResources: { InstanceType: 'ml.m5.large', InstanceCount: 1, ...resources },
    ...job,
  };
}

const refuses =
  (word: string) =>
  (invocation: Invocation): Reply =>
    invocation.body.includes(word) ? { status: 400, body: 'no' } : {};
const failsAtFirst = ({ number }: Invocation): Reply => (number === 1 ? { status: 503, body: 'busy' } : {});
const single = { job: { BatchStrategy: 'SingleRecord' } };
const bodies = ({ container }: Outcome) => container.invocations.map(({ body }) => body).sort();

export const cases: readonly Case[] = [
  {
    defect: 'an HTTP error becomes a prediction',
    files: { 'in/a': 'good\n', 'in/b': 'bad\n', 'in/c': 'good\n' },
    answer: refuses('bad'),
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
    defect: 'a 5xx is not tried again',
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
    defect: 'InvocationsMaxRetries is not looked at',
    files: { 'in/a': '1\n' },
    answer: failsAtFirst,
    request: () => ({ job: { ModelClientConfig: { InvocationsMaxRetries: 0 } } }),
    ours({ status, outputs, container }) {
      assert.deepEqual([status, outputs, container.invocations.length], ['Failed', {}, 1]);
    },
  },
  {
    defect: 'InvocationsTimeoutInSeconds is not looked at',
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
    defect: 'MULTI_RECORD of /execution-parameters ends the job',
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
    defect: 'T13: SingleRecord of /execution-parameters, in the spelling of the API',
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
    defect: 'T14: each file has its output',
    files: { 'in/file1': '1\n', 'in/file2': '2\n' },
    ours({ outputs }) {
      assert.deepEqual(outputs, { 'file1.out': '1\n', 'file2.out': '2\n' });
    },
    theirs({ outputs }) {
      assert.deepEqual(outputs, { 'file1.out': '1\n', 'file2.out': '2\n' });
    },
  },
  {
    defect: 'T15: a key with .. leads out of the output folder',
    files: { 'in/a': '1\n', 'secret/b': '2\n' },
    request: (folder) => ({ source: { S3DataType: 'ManifestFile', S3Uri: `file://${folder}/climbing.manifest` } }),
    ours({ status, said, outputs, container }) {
      assert.equal(status, null);
      assert.match(said, /Path traversal detected/);
      assert.deepEqual([outputs, container.invocations.length], [{}, 0]);
    },
  },
  {
    defect: 'T16: /ping, then /execution-parameters, then the records',
    files: { 'in/a': '1\n' },
    ours({ container }) {
      const asked = container.paths.filter((path) => path !== '/metrics');
      assert.deepEqual(asked, ['/ping', '/execution-parameters', '/invocations']);
    },
    theirs({ container }) {
      assert.deepEqual(container.paths, ['/ping', '/execution-parameters', '/invocations']);
    },
  },
  {
    defect: 'a job without ContentType ends',
    files: { 'in/a.csv': '1,2\n' },
    request: () => ({ input: { ContentType: undefined } }),
    ours({ status, container }) {
      assert.deepEqual([status, container.invocations[0]?.type], ['Completed', 'text/csv']);
    },
    theirs({ said }) {
      assert.match(said, /KeyError: 'ContentType'/);
    },
  },
  ...(['Line', 'None'] as const).map(
    (split): Case => ({
      defect: `bytes that are not UTF-8 end the job, split ${split}`,
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
    defect: 'CRLF becomes LF',
    files: { 'in/a': '1\r\n2\r\n' },
    ours(outcome) {
      assert.deepEqual(bodies(outcome), ['1\r\n2\r\n']);
    },
    theirs(outcome) {
      assert.deepEqual(bodies(outcome), ['1\n2\n']);
    },
  },
  {
    defect: 'AssembleWith Line adds blank lines',
    files: { 'in/a': '1\n2' },
    request: () => ({ output: { AssembleWith: 'Line' }, ...single }),
    ours({ outputs }) {
      assert.deepEqual(outputs, { 'a.out': '1\n2\n' });
    },
    theirs({ outputs }) {
      assert.deepEqual(outputs, { 'a.out': '1\n\n2\n' });
    },
  },
  {
    defect: 'a manifest is posted instead of what it lists',
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
    defect: 'files in sub-folders are left out',
    files: { 'in/a': '1\n', 'in/deep/a': '2\n', 'in/deep/er/a': '3\n' },
    ours({ outputs }) {
      assert.deepEqual(outputs, { 'a.out': '1\n', 'deep/a.out': '2\n', 'deep/er/a.out': '3\n' });
    },
    theirs({ outputs }) {
      assert.deepEqual(outputs, { 'a.out': '1\n' });
    },
  },
  {
    defect: 'filters and the join are not applied',
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
    defect: 'Gzip is not unpacked',
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
    defect: 'requests are sent one by one',
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
    defect: '100 MB at once are not refused',
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
  {
    defect: 'TFRecord ends the job',
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
    defect: 'an empty file is posted',
    files: { 'in/a': '' },
    ours({ status, outputs, container }) {
      assert.deepEqual([status, outputs, container.invocations.length], ['Completed', { 'a.out': '' }, 0]);
    },
    theirs({ container }) {
      assert.equal(container.invocations.length, 1);
    },
  },
  {
    defect: 'no objects are no error',
    files: { 'elsewhere/a': '1\n', 'in/.keep/a': '' },
    request: (folder) => ({ source: { S3Uri: `file://${folder}/in/nothing` } }),
    ours({ status, said }) {
      assert.equal(status, null);
      assert.match(said, /No S3 objects found under S3 URL/);
    },
  },
];
