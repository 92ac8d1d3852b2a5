import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { BatchlineError } from '../../src/errors.ts';
import { type ParseOptions, parseCreateTransformJob } from '../../src/sagemaker-api/parse-create-transform-job.ts';

type Json = Record<string, unknown>;

const smallest = {
  TransformJobName: 'job-1',
  ModelName: 'model-1',
  TransformInput: { DataSource: { S3DataSource: { S3DataType: 'S3Prefix', S3Uri: 's3://bucket/in/' } } },
  TransformOutput: { S3OutputPath: 's3://bucket/out/' },
  TransformResources: { InstanceType: 'ml.m5.xlarge', InstanceCount: 1 },
};

/** The smallest request with one member, by its dotted path, set or (undefined) removed. */
function withMember(path: string, value: unknown, base: Json = smallest): Json {
  const copy = structuredClone(base);
  const names = path.split('.');
  const last = names.pop() ?? '';
  let at: Json = copy;
  for (const name of names) {
    at[name] ??= {};
    at = at[name] as Json;
  }
  if (value === undefined) delete at[last];
  else at[last] = value;
  return copy;
}

function message(request: unknown, options?: ParseOptions): string {
  try {
    parseCreateTransformJob(request, options);
  } catch (error) {
    assert.ok(error instanceof BatchlineError);
    assert.equal(error.code, 'INVALID_REQUEST');
    return error.message;
  }
  return 'accepted';
}

const failed = 'failed to satisfy constraint: Member must';
const name63 = 'a'.repeat(63);
const s3Pattern = '^(https|s3)://([^/]+)/?(.*)$';
const environment = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, i) => [`V${i}`, 'x']));
const tags = (count: number) => Array.from({ length: count }, (_, i) => ({ Key: `k${i}`, Value: '' }));
const s3 = 'TransformInput.DataSource.S3DataSource';
const at3 = 'transformInput.dataSource.s3DataSource';

describe('one member', () => {
  const cases: [path: string, value: unknown, expected: string][] = [
    ['TransformJobName', undefined, `Value null at 'transformJobName' ${failed} not be null`],
    ['TransformJobName', null, `Value null at 'transformJobName' ${failed} not be null`],
    ['TransformJobName', name63, 'accepted'],
    [
      'TransformJobName',
      'bad_name!',
      `Value 'bad_name!' at 'transformJobName' ${failed} satisfy regular expression pattern: ^[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}`,
    ],
    [
      'TransformJobName',
      'good\n',
      `Value 'good\n' at 'transformJobName' ${failed} satisfy regular expression pattern: ^[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}`,
    ],
    ['TransformJobName', 7, `Value '7' at 'transformJobName' ${failed} be a string`],
    [
      'ModelName',
      `${name63}-`.slice(1),
      `Value '${name63.slice(1)}-' at 'modelName' ${failed} satisfy regular expression pattern: ^[a-zA-Z0-9]([\\-a-zA-Z0-9]*[a-zA-Z0-9])?`,
    ],
    ['ModelName', undefined, `Value null at 'modelName' ${failed} not be null`],
    [
      'MaxConcurrentTransforms',
      -1,
      `Value '-1' at 'maxConcurrentTransforms' ${failed} have value greater than or equal to 0`,
    ],
    ['MaxConcurrentTransforms', 0, 'accepted'],
    ['MaxConcurrentTransforms', '4', `Value '4' at 'maxConcurrentTransforms' ${failed} be an integer`],
    ['MaxPayloadInMB', 1.5, `Value '1.5' at 'maxPayloadInMB' ${failed} be an integer`],
    ['MaxPayloadInMB', -1, `Value '-1' at 'maxPayloadInMB' ${failed} have value greater than or equal to 0`],
    [
      'BatchStrategy',
      'MULTI_RECORD',
      `Value 'MULTI_RECORD' at 'batchStrategy' ${failed} satisfy enum value set: [MultiRecord, SingleRecord]`,
    ],
    [
      'ModelClientConfig.InvocationsTimeoutInSeconds',
      0,
      `Value '0' at 'modelClientConfig.invocationsTimeoutInSeconds' ${failed} have value greater than or equal to 1`,
    ],
    [
      'ModelClientConfig.InvocationsTimeoutInSeconds',
      3601,
      `Value '3601' at 'modelClientConfig.invocationsTimeoutInSeconds' ${failed} have value less than or equal to 3600`,
    ],
    [
      'ModelClientConfig.InvocationsMaxRetries',
      4,
      `Value '4' at 'modelClientConfig.invocationsMaxRetries' ${failed} have value less than or equal to 3`,
    ],
    ['ModelClientConfig', {}, 'accepted'],
    ['Environment', environment(16), 'accepted'],
    ['Environment', { A: 'x'.repeat(10_240), [`B${'b'.repeat(1023)}`]: '' }, 'accepted'],
    [
      'Environment',
      { '1A': 'x', '2B': 'y' },
      "Value '{1A=x, 2B=y}' at 'environment' failed to satisfy constraint: Map keys must satisfy constraint: [Member must have length less than or equal to 1024, Member must have length greater than or equal to 0, Member must satisfy regular expression pattern: [a-zA-Z_][a-zA-Z0-9_]{0,1023}]",
    ],
    [
      'Environment',
      { A: 1 },
      "Value '{A=1}' at 'environment' failed to satisfy constraint: Map value must satisfy constraint: [Member must have length less than or equal to 10240, Member must have length greater than or equal to 0, Member must satisfy regular expression pattern: [\\S\\s]*]",
    ],
    ['TransformInput', undefined, `Value null at 'transformInput' ${failed} not be null`],
    ['TransformInput', 's3://b/k', `Value 's3://b/k' at 'transformInput' ${failed} be a structure`],
    [s3, undefined, `Value null at '${at3}' ${failed} not be null`],
    [`${s3}.S3Uri`, undefined, `Value null at '${at3}.s3Uri' ${failed} not be null`],
    [`${s3}.S3Uri`, 's3://bucket', 'accepted'],
    [`${s3}.S3Uri`, 'https://host/bucket/key', 'accepted'],
    [
      `${s3}.S3Uri`,
      'file:///in',
      `Value 'file:///in' at '${at3}.s3Uri' ${failed} satisfy regular expression pattern: ${s3Pattern}`,
    ],
    [
      `${s3}.S3DataType`,
      'AugmentedManifestFile',
      `Value 'AugmentedManifestFile' at '${at3}.s3DataType' ${failed} satisfy enum value set: [ManifestFile, S3Prefix]`,
    ],
    ['TransformInput.ContentType', 'x'.repeat(256), 'accepted'],
    [
      'TransformInput.ContentType',
      'x'.repeat(257),
      `Value '${'x'.repeat(257)}' at 'transformInput.contentType' ${failed} have length less than or equal to 256`,
    ],
    [
      'TransformInput.CompressionType',
      'gzip',
      `Value 'gzip' at 'transformInput.compressionType' ${failed} satisfy enum value set: [None, Gzip]`,
    ],
    [
      'TransformInput.SplitType',
      'Lines',
      `Value 'Lines' at 'transformInput.splitType' ${failed} satisfy enum value set: [None, Line, RecordIO, TFRecord]`,
    ],
    ['TransformOutput', undefined, `Value null at 'transformOutput' ${failed} not be null`],
    [
      'TransformOutput.AssembleWith',
      'RecordIO',
      `Value 'RecordIO' at 'transformOutput.assembleWith' ${failed} satisfy enum value set: [None, Line]`,
    ],
    [
      'TransformOutput.KmsKeyId',
      'my key',
      `Value 'my key' at 'transformOutput.kmsKeyId' ${failed} satisfy regular expression pattern: [a-zA-Z0-9:/_-]*`,
    ],
    [
      'TransformOutput.Accept',
      'x\ny',
      `Value 'x\ny' at 'transformOutput.accept' ${failed} satisfy regular expression pattern: .*`,
    ],
    ['TransformResources.InstanceType', 'ml.p4de.24xlarge', 'accepted'],
    [
      'TransformResources.InstanceType',
      'm5.xlarge',
      `Value 'm5.xlarge' at 'transformResources.instanceType' ${failed} satisfy regular expression pattern: ^ml\\.[a-z0-9-]+\\.[a-z0-9]+`,
    ],
    [
      'TransformResources.InstanceCount',
      0,
      `Value '0' at 'transformResources.instanceCount' ${failed} have value greater than or equal to 1`,
    ],
    [
      'TransformResources.InstanceCount',
      101,
      `Value '101' at 'transformResources.instanceCount' ${failed} have value less than or equal to 100`,
    ],
    [
      'TransformResources.TransformAmiVersion',
      'a--b',
      `Value 'a--b' at 'transformResources.transformAmiVersion' ${failed} satisfy regular expression pattern: [a-zA-Z0-9]+(-[a-zA-Z0-9]+)*`,
    ],
    [
      'DataProcessing.OutputFilter',
      `$${'x'.repeat(63)}`,
      `Value '$${'x'.repeat(63)}' at 'dataProcessing.outputFilter' ${failed} have length less than or equal to 63`,
    ],
    [
      'DataProcessing.JoinSource',
      'Output',
      `Value 'Output' at 'dataProcessing.joinSource' ${failed} satisfy enum value set: [Input, None]`,
    ],
    ['DataCaptureConfig', {}, `Value null at 'dataCaptureConfig.destinationS3Uri' ${failed} not be null`],
    [
      'DataCaptureConfig',
      { DestinationS3Uri: 's3://b/c', GenerateInferenceId: 'yes' },
      `Value 'yes' at 'dataCaptureConfig.generateInferenceId' ${failed} be a boolean`,
    ],
    ['Tags', tags(50), 'accepted'],
    [
      'Tags',
      [{ Key: '', Value: '' }],
      `Value '' at 'tags.1.member.key' ${failed} have length greater than or equal to 1`,
    ],
    ['Tags', [...tags(1), { Key: 'x' }], `Value null at 'tags.2.member.value' ${failed} not be null`],
    [
      'Tags',
      [{ Key: 'a#', Value: 'x' }],
      `Value 'a#' at 'tags.1.member.key' ${failed} satisfy regular expression pattern: ^([\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]*)$`,
    ],
    ['Tags', { Key: 'a' }, `Value '{Key=a}' at 'tags' ${failed} be a list`],
    [
      'ExperimentConfig.RunName',
      'r'.repeat(121),
      `Value '${'r'.repeat(121)}' at 'experimentConfig.runName' ${failed} have length less than or equal to 120`,
    ],
  ];
  for (const [path, value, expected] of cases) {
    const shown = JSON.stringify(value)?.slice(0, 40);
    test(`${path}: ${shown}`, () => {
      const start = expected === 'accepted' ? '' : '1 validation error detected: ';
      const received = message(withMember(path, value));
      if (value === 'r'.repeat(121)) assert.match(received, /^2 validation errors detected: .*120; Value/);
      else assert.equal(received, start + expected);
    });
  }

  test('more entries and tags than the API takes', () => {
    assert.match(message(withMember('Environment', environment(17))), /at 'environment' .*less than or equal to 16$/);
    assert.match(message(withMember('Tags', tags(51))), /at 'tags' .*less than or equal to 50$/);
  });
});

describe('several members', () => {
  test('every error is told', () => {
    const request = withMember('BatchStrategy', 'x', withMember('ModelName', undefined));
    assert.equal(
      message(request),
      `2 validation errors detected: Value null at 'modelName' ${failed} not be null; Value 'x' at 'batchStrategy' ${failed} satisfy enum value set: [MultiRecord, SingleRecord]`,
    );
  });

  test('a name that is too long is cut in the message', () => {
    assert.match(message(withMember('TransformJobName', 'a'.repeat(5000))), /'a{300}…'/);
  });

  test('no request at all', () => {
    assert.match(message('x'), /^1 validation error detected: Value 'x' at '' .*structure$/);
  });

  const payloads: [payload: number, concurrency: number | undefined, expected: string][] = [
    [100, undefined, 'accepted'],
    [0, 1000, 'accepted'],
    [25, 4, 'accepted'],
    [100, 0, 'accepted'],
    [101, undefined, 'MaxPayloadInMB is 101, but cannot be greater than 100 MB'],
    [26, 4, 'MaxPayloadInMB is 26 and MaxConcurrentTransforms is 4, but their product cannot be greater than 100 MB'],
  ];
  for (const [payload, concurrency, expected] of payloads) {
    test(`${payload} MB, ${concurrency} at once`, () => {
      const request = withMember('MaxConcurrentTransforms', concurrency, withMember('MaxPayloadInMB', payload));
      assert.equal(message(request), expected);
    });
  }
});

describe('what is left of a request', () => {
  test('unknown members and nulls are left out', () => {
    const request = { ...smallest, Tags: null, Colour: 'red', TransformOutput: { S3OutputPath: 's3://b/o', X: 1 } };
    assert.deepEqual(parseCreateTransformJob(request), { ...smallest, TransformOutput: { S3OutputPath: 's3://b/o' } });
  });

  test('in a file of somebody, unknown members are refused', () => {
    const refused = (path: string) => message(withMember(path, 'x'), { unknown: 'refuse' });
    assert.equal(
      refused('TransformJobname'),
      '1 validation error detected: unknown member "TransformJobname"; did you mean "TransformJobName"?',
    );
    assert.equal(
      refused('TransformOutput.s3_output_path'),
      '1 validation error detected: at \'transformOutput\': unknown member "s3_output_path"; did you mean "S3OutputPath"?',
    );
    assert.match(refused('DataProcessing.Filter'), /unknown member "Filter"; expected InputFilter, OutputFilter, Join/);
  });

  test('files are allowed where asked for', () => {
    for (const uri of ['file:///data/in', 'data/in.csv', '/data', 's3://b/k']) {
      const request = withMember(`${s3}.S3Uri`, uri, withMember('TransformOutput.S3OutputPath', uri));
      assert.equal(message(request, { allowFiles: true }), 'accepted', uri);
    }
    assert.match(message(withMember(`${s3}.S3Uri`, 'gs://b/k'), { allowFiles: true }), /pattern/);
  });
});
