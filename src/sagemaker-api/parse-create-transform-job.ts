import { choice, flag, integer, map, optional, structure, text, type Unknown } from './constraints.ts';
import type { CreateTransformJobRequest } from './create-transform-job.ts';
import { checkDataProcessing } from './data-processing-rules.ts';
import { entityName, kmsKeyId, modelName, s3Uri, tagList } from './members.ts';
import { invalidRequest, type Locate, parseRequest } from './parse-request.ts';

export interface ParseOptions {
  /** Whether S3Uri and S3OutputPath may be `file://` URIs or paths; false by default, as in the service. */
  readonly allowFiles?: boolean;
  /** What unknown members are: ignored by default, as by the service; a file that somebody wrote had better be refused. */
  readonly unknown?: Unknown;
  /** Where members stand in a file, for messages. */
  readonly locate?: Locate;
}

const maxMegabytes = 100;

/**
 * Checks a CreateTransformJob request by the rules of the API.
 * @throws BatchlineError INVALID_REQUEST with the message that the service answers
 */
export function parseCreateTransformJob(value: unknown, options: ParseOptions = {}): CreateTransformJobRequest {
  const { allowFiles = false, unknown = 'ignore' } = options;
  const request = parseRequest<CreateTransformJobRequest>(requestSchema(allowFiles, unknown), value, options.locate);
  checkPayload(request);
  checkDataProcessing(request);
  return request;
}

function requestSchema(allowFiles: boolean, unknown: Unknown) {
  const experimentName = optional(text({ min: 1, max: 120, pattern: '[a-zA-Z0-9](-*[a-zA-Z0-9]){0,119}' }));
  return structure(
    {
      TransformJobName: entityName,
      ModelName: modelName,
      MaxConcurrentTransforms: optional(integer({ min: 0 })),
      ModelClientConfig: optional(
        structure(
          {
            InvocationsTimeoutInSeconds: optional(integer({ min: 1, max: 3600 })),
            InvocationsMaxRetries: optional(integer({ min: 0, max: 3 })),
          },
          unknown,
        ),
      ),
      MaxPayloadInMB: optional(integer({ min: 0 })),
      BatchStrategy: optional(choice(['MultiRecord', 'SingleRecord'])),
      Environment: optional(
        map({
          key: { max: 1024, pattern: '[a-zA-Z_][a-zA-Z0-9_]{0,1023}' },
          value: { max: 10_240, pattern: '[\\S\\s]*' },
          max: 16,
        }),
      ),
      TransformInput: transformInput(allowFiles, unknown),
      TransformOutput: transformOutput(allowFiles, unknown),
      TransformResources: transformResources(unknown),
      DataProcessing: optional(dataProcessing(unknown)),
      DataCaptureConfig: optional(dataCapture(allowFiles, unknown)),
      Tags: optional(tagList(unknown)),
      ExperimentConfig: optional(
        structure(
          {
            ExperimentName: experimentName,
            TrialName: experimentName,
            TrialComponentDisplayName: experimentName,
            RunName: experimentName,
          },
          unknown,
        ),
      ),
    },
    unknown,
  );
}

function transformInput(allowFiles: boolean, unknown: Unknown) {
  // The API's enum also has AugmentedManifestFile, which is documented not to work here, and Converse.
  const source = { S3DataType: choice(['ManifestFile', 'S3Prefix']), S3Uri: s3Uri(allowFiles) };
  return structure(
    {
      DataSource: structure({ S3DataSource: structure(source, unknown) }, unknown),
      ContentType: optional(text({ max: 256, pattern: '.*' })),
      CompressionType: optional(choice(['None', 'Gzip'])),
      SplitType: optional(choice(['None', 'Line', 'RecordIO', 'TFRecord'])),
    },
    unknown,
  );
}

function transformOutput(allowFiles: boolean, unknown: Unknown) {
  return structure(
    {
      S3OutputPath: s3Uri(allowFiles),
      Accept: optional(text({ max: 256, pattern: '.*' })),
      AssembleWith: optional(choice(['None', 'Line'])),
      KmsKeyId: optional(kmsKeyId),
    },
    unknown,
  );
}

function transformResources(unknown: Unknown) {
  return structure(
    {
      // An enum of 108 values in 2026; listing them would refuse tomorrow's.
      InstanceType: text({ pattern: '^ml\\.[a-z0-9-]+\\.[a-z0-9]+' }),
      InstanceCount: integer({ min: 1, max: 100 }),
      VolumeKmsKeyId: optional(kmsKeyId),
      TransformAmiVersion: optional(text({ min: 1, max: 63, pattern: '[a-zA-Z0-9]+(-[a-zA-Z0-9]+)*' })),
    },
    unknown,
  );
}

function dataProcessing(unknown: Unknown) {
  const path = optional(text({ max: 63 }));
  return structure({ InputFilter: path, OutputFilter: path, JoinSource: optional(choice(['Input', 'None'])) }, unknown);
}

function dataCapture(allowFiles: boolean, unknown: Unknown) {
  return structure(
    { DestinationS3Uri: s3Uri(allowFiles), KmsKeyId: optional(kmsKeyId), GenerateInferenceId: optional(flag()) },
    unknown,
  );
}

function checkPayload({
  MaxPayloadInMB: payload,
  MaxConcurrentTransforms: concurrency,
}: CreateTransformJobRequest): void {
  if (payload === undefined) return;
  const about = `MaxPayloadInMB is ${payload}`;
  if (payload > maxMegabytes) throw invalidRequest(`${about}, but cannot be greater than ${maxMegabytes} MB`);
  if (payload * (concurrency ?? 0) > maxMegabytes) {
    throw invalidRequest(
      `${about} and MaxConcurrentTransforms is ${concurrency}, but their product cannot be greater than ${maxMegabytes} MB`,
    );
  }
}
