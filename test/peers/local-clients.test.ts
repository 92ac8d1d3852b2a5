import assert from 'node:assert/strict';
import { after, before, describe, type TestContext, test } from 'node:test';
import { lacks, peerProgram, runClient, runPeer } from './clients/run-client.ts';
import { type Stage, setStage } from './clients/stage.ts';
import { withoutVersitygw } from './support/versitygw.ts';

// SageMaker's API on localhost, as real clients see it. They run unmodified, side by side, and know one address:
// AWS_ENDPOINT_URL. Each ends with a report of what it saw, which is looked at here.

const stopped = 'Stopped';

describe('batchline local, driven by', {
  concurrency: true,
  skip: withoutVersitygw,
}, () => {
  let stage: Stage;
  before(async () => {
    stage = await setStage();
  });
  after(() => stage?.end());

  const client = <T>(t: TestContext, venv: string, file: string, env: Record<string, string> = {}): Promise<T> =>
    runClient<T>(t, { venv, file, given: stage.given(t.name.replace(/\W+/g, '-')), env: { ...stage.env, ...env } });

  test('boto3', { timeout: 240_000, skip: lacks('awscli') }, async (t) => {
    const seen = await client<Boto3Report>(t, 'awscli', 'boto3_job.py');
    const account = 'arn:aws:sagemaker:us-east-1:';
    assert.match(seen.account, /^\d{12}$/);
    assert.equal(seen.modelArn, `${account}${seen.account}:model/boto3-model`);
    assert.deepEqual(
      seen.arns,
      ['good', 'bad'].map((job) => `${account}${seen.account}:transform-job/boto3-${job}`),
    );
    assert.equal(seen.model.ModelName, 'boto3-model');
    assert.deepEqual(seen.models.sort(), ['boto3-model', 'boto3-slow']);
    assert.equal(seen.atOnce, 'InProgress');

    const { good, bad } = seen;
    assert.equal(good.TransformJobStatus, 'Completed');
    assert.equal(good.FailureReason, undefined);
    assert.deepEqual(good.DataProcessing, { InputFilter: '$', OutputFilter: '$', JoinSource: 'None' });
    assert.equal(good.TransformInput.CompressionType, 'None');
    assert.equal(good.TransformOutput.KmsKeyId, '');
    assert.ok(seen.seconds > 0 && seen.seconds < 120, `${seen.seconds} s`);
    assert.deepEqual(seen.output, stage.expected);
    const dataLog = Object.entries(seen.logs).find(([stream]) => stream.endsWith('/data-log'))?.[1];
    assert.match(
      dataLog?.join('\n') ?? '',
      /^\d{4}-\S+:\[sagemaker logs\]: MaxConcurrentTransforms=\d+, MaxPayloadInMB=\d+, BatchStrategy=MULTI_RECORD$/m,
    );
    assert.ok(Object.keys(seen.logs).every((stream) => /^boto3-good\/[^/]+-\d+(\/data-log)?$/.test(stream)));

    assert.equal(bad.TransformJobStatus, 'Failed');
    assert.match(String(bad.FailureReason), /^ClientError: /);
    assert.deepEqual(seen.badOutput, ['fine.jsonl.out'], 'a failed job keeps what it finished');
    assert.equal(seen.waitForBad[0], 'WaiterError');
    assert.match(Object.values(seen.badLogs).flat().join('\n'), /batchline\/in\/bad\/broken\.jsonl: ClientError: 400/);

    assert.equal(seen.stopped.before, 'InProgress');
    assert.match(seen.stopped.after, /^Stopp(ing|ed)$/);
    assert.equal(seen.stopped.end, stopped);
    assert.deepEqual(seen.stopped.output, {});
    assert.deepEqual(seen.pages.names, [['boto3-bad', 'boto3-good'], ['boto3-stop']]);
    assert.deepEqual(seen.pages.failed, [['boto3-bad', 'Failed', bad.FailureReason]]);
    assert.deepEqual(seen.tags, [['stage', 'team'], [{ Key: 'stage', Value: 'test' }]]);

    for (const [what, code, message] of refusals) {
      assert.equal(seen.errors[what]?.[0], code, `${what}: ${seen.errors[what]?.[1]}`);
      assert.match(seen.errors[what]?.[1] ?? '', message, what);
    }
    assert.equal(Object.keys(seen.errors).length, refusals.length);
  });

  test('aws', { timeout: 240_000, skip: lacks('awscli') }, async (t) => {
    const { models, inputs, output, role, image } = stage.given('aws');
    const aws = (...args: string[]) => runPeer(t, [peerProgram('awscli', 'aws'), ...args], stage.env);
    const json = async <T>(...args: string[]): Promise<T> => {
      const { status, stdout, stderr } = await aws('sagemaker', ...args);
      assert.equal(status, 0, `${args[0]}: ${stderr}`);
      return JSON.parse(stdout || '{}') as T;
    };
    const create = (job: string, model: string, input: string, ...more: string[]) => {
      const source = { S3DataSource: { S3DataType: 'S3Prefix', S3Uri: input } };
      const transformInput = { DataSource: source, ContentType: 'application/jsonlines', SplitType: 'Line' };
      return json<{ TransformJobArn: string }>(
        'create-transform-job',
        ...['--transform-job-name', `aws-${job}`],
        ...['--model-name', `aws-${model}`],
        ...['--transform-input', JSON.stringify(transformInput)],
        ...['--transform-output', `S3OutputPath=${output}/aws-${job},Accept=application/jsonlines,AssembleWith=Line`],
        ...['--transform-resources', 'InstanceType=ml.m5.large,InstanceCount=1'],
        ...more,
      );
    };
    const wait = (job: string) =>
      aws('sagemaker', 'wait', 'transform-job-completed-or-stopped', '--transform-job-name', `aws-${job}`);
    const status = async (job: string) => {
      const described = await json<Description>('describe-transform-job', '--transform-job-name', `aws-${job}`);
      return described.TransformJobStatus;
    };

    for (const model of ['model', 'slow'] as const) {
      const container = `Image=${image},ModelDataUrl=${models[model]}`;
      const made = await json<{ ModelArn: string }>(
        'create-model',
        ...['--model-name', `aws-${model}`, '--execution-role-arn', role, '--primary-container', container],
      );
      assert.match(made.ModelArn, /:model\/aws-(model|slow)$/);
    }
    await create('good', 'model', inputs.good);
    await create('bad', 'model', inputs.bad);
    const waits = [wait('good'), wait('bad')]; // a minute each: the command line looks no oftener
    await create('stop', 'slow', inputs.slow, '--batch-strategy', 'SingleRecord');
    await json('stop-transform-job', '--transform-job-name', 'aws-stop');
    const [good, bad] = await Promise.all(waits);
    assert.deepEqual([good?.status, bad?.status], [0, 255], bad?.stderr);
    assert.match(bad?.stderr ?? '', /Waiter TransformJobCompletedOrStopped failed/);
    assert.deepEqual(
      [await status('good'), await status('bad'), await status('stop')],
      ['Completed', 'Failed', stopped],
    );

    const list = (...more: string[]) =>
      json<{ TransformJobSummaries: Description[] }>('list-transform-jobs', '--name-contains', 'aws-', ...more);
    assert.equal((await list()).TransformJobSummaries.length, 3);
    const failed = await list('--status-equals', 'Failed', '--max-results', '1');
    assert.deepEqual(
      failed.TransformJobSummaries.map((job) => job.TransformJobName),
      ['aws-bad'],
    );

    const copied = await aws('s3', 'cp', `${output}/aws-good/part-2.jsonl.out`, '-');
    assert.equal(copied.stdout, stage.expected['part-2.jsonl.out']);
    const unknown = await aws('sagemaker', 'describe-transform-job', '--transform-job-name', 'aws-nothing');
    assert.equal(unknown.status, 255);
    assert.match(unknown.stderr, /\(ValidationException\)/);
  });

  test('sagemaker-v2', { timeout: 300_000, skip: lacks('sagemaker2') }, async (t) => {
    const seen = await client<SdkV2Report>(t, 'sagemaker2', 'sagemaker_v2.py');
    assert.match(seen.said, /MaxConcurrentTransforms=/, 'the job’s log');
    assert.deepEqual(seen.attached, ['sagemaker-v2-model', 's3://batchline/out/sagemaker-v2', 1, 'Line']);
    for (const [status, message] of [seen.failed, seen.failedWithoutLogs]) {
      assert.equal(status, 'Failed');
      assert.match(message, /Reason: ClientError: /);
    }
    assert.equal(seen.stopped, stopped);
  });

  test('sagemaker-v3', { timeout: 300_000, skip: lacks('sagemaker-core') }, async (t) => {
    const seen = await client<SdkV3Report>(t, 'sagemaker-core', 'sagemaker_v3.py');
    assert.equal(seen.model[0], 'sagemaker-v3-model');
    assert.deepEqual(seen.good, ['sagemaker-v3-good', 'Completed', 's3://batchline/out/sagemaker-v3']);
    assert.match(seen.failed, /Final Resource State: Failed\. Failure Reason: ClientError: /);
    assert.equal(seen.stopped, stopped);
    assert.deepEqual(
      seen.all,
      ['bad', 'good', 'stop'].map((job) => `sagemaker-v3-${job}`),
    );
    assert.equal(seen.found, 1);
  });

  test('airflow', { timeout: 300_000, skip: lacks('airflow') }, async (t) => {
    const { AWS_ACCESS_KEY_ID: login, AWS_SECRET_ACCESS_KEY: password } = stage.env;
    const extra = { region_name: 'us-east-1', endpoint_url: stage.url };
    const seen = await client<AirflowReport>(t, 'airflow', 'airflow_operator.py', {
      AIRFLOW_HOME: `${stage.folder}/airflow`,
      AIRFLOW__CORE__LOAD_EXAMPLES: 'False',
      AIRFLOW_CONN_SAGEMAKER_LOCAL: JSON.stringify({ conn_type: 'aws', login, password, extra }),
    });
    assert.deepEqual(seen.good, ['airflow-good', 'Completed', 'airflow-model-good']);
    assert.match(seen.again.join(' '), /^airflow-good-\d+ airflow-model-good-\d+$/);
    assert.match(seen.bad, /ClientError: /);
  });
});

/** What the service refuses: code, and what the message must say. */
const refusals: readonly (readonly [what: string, code: string, message: RegExp])[] = [
  ['unknown job', 'ValidationException', /DescribeTransformJob/],
  ['unknown model', 'ValidationException', /Could not find model "arn:.*boto3-nothing"/],
  ['job of an unknown model', 'ValidationException', /Could not find model "arn:.*boto3-nothing"/],
  ['duplicate job', 'ResourceInUse', /boto3-good/],
  ['duplicate model', 'ValidationException', /Cannot create already existing model "arn:.*boto3-model"/],
  ['name against the pattern', 'ValidationException', /transformJobName.*regular expression/],
  ['value outside the enum', 'ValidationException', /batchStrategy.*enum value set/],
  ['more than 100 MB at once', 'ValidationException', /100/],
  ['no objects', 'ValidationException', /No S3 objects found under S3 URL "s3:\/\/batchline\/in\/none\/"/],
  ['stop of a finished job', 'ValidationException', /Completed/],
  ['unknown log group', 'ResourceNotFoundException', /log group/],
  ['deleted model', 'ValidationException', /Could not find model/],
];

interface Description {
  readonly TransformJobName: string;
  readonly TransformJobStatus: string;
  readonly FailureReason?: string;
  readonly DataProcessing: object;
  readonly TransformInput: { readonly CompressionType: string };
  readonly TransformOutput: { readonly KmsKeyId: string };
}

interface Boto3Report {
  readonly account: string;
  readonly modelArn: string;
  readonly arns: readonly string[];
  readonly model: { readonly ModelName: string };
  readonly models: string[];
  readonly atOnce: string;
  readonly good: Description;
  readonly bad: Description;
  readonly seconds: number;
  readonly waitForBad: readonly string[];
  readonly output: Readonly<Record<string, string>>;
  readonly badOutput: readonly string[];
  readonly logs: Readonly<Record<string, readonly string[]>>;
  readonly badLogs: Readonly<Record<string, readonly string[]>>;
  readonly stopped: { readonly before: string; readonly after: string; readonly end: string; readonly output: object };
  readonly pages: { readonly names: readonly string[][]; readonly failed: readonly unknown[] };
  readonly tags: readonly unknown[];
  readonly errors: Readonly<Record<string, readonly string[]>>;
}

interface SdkV2Report {
  readonly said: string;
  readonly attached: readonly unknown[];
  readonly failed: readonly [status: string, message: string];
  readonly failedWithoutLogs: readonly [status: string, message: string];
  readonly stopped: string;
}

interface SdkV3Report {
  readonly model: readonly [string, string];
  readonly good: readonly string[];
  readonly failed: string;
  readonly stopped: string;
  readonly all: readonly string[];
  readonly found: number;
}

interface AirflowReport {
  readonly good: readonly string[];
  readonly again: readonly string[];
  readonly bad: string;
}
