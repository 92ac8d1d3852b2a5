import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { containerCauses } from '../../../src/sagemaker/watch/causes/container-causes.ts';
import { type Evidence, findCauses } from '../../../src/sagemaker/watch/causes/find-causes.ts';
import { requestCauses } from '../../../src/sagemaker/watch/causes/request-causes.ts';
import { serviceCauses } from '../../../src/sagemaker/watch/causes/service-causes.ts';
import type { CreateTransformJobRequest } from '../../../src/sagemaker-api/create-transform-job.ts';
import { jobRequest } from '../../control-plane/local.ts';

const request = jobRequest('job-1') as unknown as CreateTransformJobRequest;
const failed = { name: 'job-1', status: 'Failed', failureReason: 'ClientError: See job logs', request } as const;
const nothing: Evidence = { dataLog: [], containers: [], streams: 2 };

/** Texts as people report them (the tables cite where), and the cause that they must be taken for. */
const reported: Readonly<Record<'reason' | 'data-log' | 'container', readonly [line: string, what: RegExp][]>> = {
  reason: [
    [
      'InternalServerError: batchline local was stopped while the job was under way. Run it again.',
      /`batchline local`/,
    ],
    [
      'CapacityError: Unable to provision requested ML compute capacity. Please retry using a different ML instance type.',
      /no free instances/,
    ],
    ["ResourceLimitExceeded: The account-level service limit 'ml.m5.xlarge for transform job usage' is 0", /quota/],
    [
      'ClientError: API error (404): manifest for 1.dkr.ecr.us-west-2.amazonaws.com/a:1 not found: manifest unknown: Requested image not found',
      /image is not, or no longer/,
    ],
    [
      "The role 'arn:aws:iam::1:role/r' does not have BatchGetImage permission for the image: 'a:1'.",
      /may not be pulled/,
    ],
    [
      'The repository of your image a:1 does not grant ecr:GetDownloadUrlForLayer, ecr:BatchGetImage permission to sagemaker.amazonaws.com service principal.',
      /may not be pulled/,
    ],
    ['ClientError: User is not authorized to perform: kms:Decrypt on resource', /KMS key/],
    ['Failed to download model data for container "container_1" from URL: "s3://b/model.tar.gz".', /archive is gone/],
    [
      'Failed to extract model data archive for container "container_1" from URL "s3://b/m.tar.gz". Please ensure that the object located at the URL is a valid tar.gz archive.',
      /cannot be unpacked/,
    ],
    ['ClientError: Could not find model "arn:aws:sagemaker:us-west-2:1:model/m".', /model was deleted/],
    ['ClientError: NoSuchKey: The specified key does not exist.', /was removed/],
    ['ClientError: AccessDenied: Access Denied when calling PutObject', /execution role may not/],
    ['ClientError: not enough free IP addresses in subnet subnet-1', /VpcConfig/],
    ['ClientError: Data capture failed to upload', /Data capture/],
    ['InternalServerError: We encountered an internal error.  Please try again.', /SageMaker failed itself/],
    [
      'AlgorithmError: Model container failed to respond to ping. Please ensure /ping endpoint is implemented and responds with an HTTP 200 status code',
      /GET \/ping/,
    ],
    ['AlgorithmError: , exit code: 137', /out of memory/],
    ['CannotStartContainerError. Please ensure the model container starts correctly', /cannot be started/],
    ['Your Ecr Image needs com.amazonaws.sagemaker.capabilities.accept-bind-to-port=true', /of the pipeline/],
  ],
  'data-log': [
    ['TOO_MANY_ERRORS: 30 of 30 records failed, more than BATCHLINE_MAX_ERROR_RATE=0.5 allows', /Too many records/],
    ['INVALID_DOCUMENT: the text ends at character 5', /not the document/],
    ['Maximum payload size exceeded: record exceeds MaxPayloadInMB', /larger than MaxPayloadInMB/],
    ['ClientError: 413', /\(413\)/],
    ['413 Request Entity Too Large', /\(413\)/],
    ['ClientError: 415', /\(415\)/],
    ['This predictor only supports CSV data', /\(415\)/],
    ['ClientError: 406', /\(406\)/],
    ['Failed to parse line 7 as CSV: bare " in non quoted field', /no CSV as DataProcessing/],
    ['Failed to parse output from the algorithm as CSV', /has to read/],
    ['Failed to parse output from the algorithm as JSON', /has to read/],
    ['Invalid JsonPath: $[0:2,246:]', /no JSONPath/],
    ['Failed to join the output with the input: expected as many lines', /another number of lines/],
    ['ClientError: 408', /\(408\)/],
    ['Unable to get response from algorithm', /in time/],
    ['Bad HTTP status received from algorithm: 504', /502, 504/],
    ['502 Bad Gateway', /502, 504/],
    ['Bad HTTP status received from algorithm: 503', /\(503\)/],
    ['Bad HTTP status received from algorithm: 500', /\(5xx\)/],
    ['ClientError: 400', /\(4xx\)/],
    ['RuntimeError: CUDA out of memory. Tried to allocate 2.00 GiB', /out of memory/],
    ["HTTPConnectionPool(host='files.example.com'): Temporary failure in name resolution", /network isolation is on/],
  ],
  container: [
    ['{"level":60, and cut off: exec format error', /another architecture/],
    ['exec /usr/local/bin/node: exec format error', /another architecture/],
    ['exec: "serve": executable file not found in $PATH', /cannot be started/],
    ['batchline: BATCHLINE_WORKERS: expected a whole number from 1 to 256, received "many"', /INVALID_SETTING/],
    ['batchline: cannot listen on 0.0.0.0:8080 (SAGEMAKER_BIND_TO_PORT): listen EADDRINUSE', /INVALID_SETTING/],
    ['batchline: /opt/ml/model: expected a model, found an empty folder', /INVALID_MODEL/],
    ['[1] [ERROR] Worker (pid:9) was sent SIGKILL! Perhaps out of memory?', /out of memory/],
    ['Killed', /out of memory/],
    ["OSError: [Errno 28] No space left on device: '/tmp/x'", /volume is full/],
    ["OSError: [Errno 30] Read-only file system: '/opt/ml/model/cache'", /only read/],
    ['/opt/program/serve: Permission denied', /may not be run/],
    ['nginx: [emerg] bind() to 0.0.0.0:8080 failed (98: Address already in use)', /the same port/],
    ["ModuleNotFoundError: No module named 'pandas'", /not in the image/],
    ['Error: getaddrinfo EAI_AGAIN registry.example.com', /network isolation is on/],
    [
      '{"level":40,"time":"2026-01-01T00:00:00.000Z","path":"/invocations","status":400,"code":"TOO_MANY_ERRORS","msg":"refused"}',
      /Too many records/,
    ],
  ],
};

describe('what is reported is taken for its cause', () => {
  for (const [where, rows] of Object.entries(reported)) {
    for (const [line, what] of rows) {
      test(`${where}: ${line}`, () => {
        const reason = where === 'reason' ? { failureReason: line } : {};
        const evidence =
          where === 'data-log' ? { dataLog: [line] } : where === 'container' ? { containers: [line] } : {};
        const causes = findCauses({ ...failed, ...reason }, { ...nothing, ...evidence });
        assert.equal(causes.length, 1, JSON.stringify(causes));
        assert.match(causes[0]?.what ?? '', what);
        assert.ok((causes[0]?.remedy.length ?? 0) > 0);
      });
    }
  }

  test('every row of the tables is reported', () => {
    const lines = Object.values(reported).flat();
    const missing = [...serviceCauses, ...containerCauses, ...requestCauses].filter(
      ({ what }) => !lines.some(([, expected]) => expected.test(what)),
    );
    assert.deepEqual(
      missing.map(({ what }) => what),
      [],
    );
  });
});

describe('causes', () => {
  test('the particular comes alone where the general is true as well', () => {
    const dataLog = ['ClientError: 400', 'TOO_MANY_ERRORS: 30 of 30 records failed'];
    const causes = findCauses(failed, { ...nothing, dataLog });
    assert.deepEqual(
      causes.map(({ evidence }) => evidence),
      ['TOO_MANY_ERRORS: 30 of 30 records failed'],
    );
  });

  test('several are told, but not endlessly', () => {
    const dataLog = reported['data-log'].map(([line]) => line);
    assert.equal(findCauses(failed, { ...nothing, dataLog }).length, 5);
  });

  test('what nobody knows is told as nothing', () => {
    assert.deepEqual(findCauses({ ...failed, failureReason: 'AlgorithmError: See job logs' }, nothing), []);
  });

  test('a remedy names what the job has', () => {
    const job = { ...failed, request: { ...request, MaxPayloadInMB: 5 } };
    const [cause] = findCauses(job, { ...nothing, dataLog: ['ClientError: 413'] });
    assert.match(cause?.remedy ?? '', /^let the container take 5 MB/);
  });

  test('no logs at all are a hint themselves, unless there is a reason for it', () => {
    const [cause] = findCauses(failed, { ...nothing, streams: 0 });
    assert.match(cause?.what ?? '', /^The job has no logs/);
    assert.match(cause?.remedy ?? '', /logs:PutLogEvents/);
    const noCapacity = {
      ...failed,
      failureReason: 'CapacityError: Unable to provision requested ML compute capacity.',
    };
    assert.equal(findCauses(noCapacity, { ...nothing, streams: 0 }).length, 1);
  });
});
