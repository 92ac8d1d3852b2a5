import { z } from 'zod';
import { choice, flag, list, map, optional, structure, text, type Unknown } from './constraints.ts';
import { entityName, modelName, s3Uri, tagList } from './members.ts';
import { invalidRequest, type Locate, parseRequest } from './parse-request.ts';

export type CreateModelRequest = z.infer<ReturnType<typeof requestSchema>>;
export type ContainerDefinition = z.infer<ReturnType<typeof containerDefinition>>;

export interface ParseModelOptions {
  /** Whether ModelDataUrl may be a `file://` URI or a path; false by default, as in the service. */
  readonly allowFiles?: boolean;
  /** What unknown members are: ignored by default, as by the service; a file that somebody wrote had better be refused. */
  readonly unknown?: Unknown;
  /** Where members stand in a file, for messages. */
  readonly locate?: Locate;
}

/**
 * Checks a CreateModel request by the rules of the API.
 * @throws BatchlineError INVALID_REQUEST with the message that the service answers
 */
export function parseCreateModel(value: unknown, options: ParseModelOptions = {}): CreateModelRequest {
  const request = parseRequest(requestSchema(options), value, options.locate);
  checkContainers(request);
  return request;
}

function requestSchema({ allowFiles = false, unknown = 'ignore' }: ParseModelOptions) {
  const container = containerDefinition(allowFiles, unknown);
  return structure(
    {
      ModelName: modelName,
      PrimaryContainer: optional(container),
      Containers: optional(list(container, { max: 15 })),
      InferenceExecutionConfig: optional(structure({ Mode: choice(['Serial', 'Direct']) }, unknown)),
      ExecutionRoleArn: optional(
        text({ min: 20, max: 2048, pattern: '^arn:aws[a-z\\-]*:iam::\\d{12}:role/?[a-zA-Z_0-9+=,.@\\-_/]+$' }),
      ),
      Tags: optional(tagList(unknown)),
      VpcConfig: optional(vpcConfig(unknown)),
      EnableNetworkIsolation: optional(flag()),
    },
    unknown,
  );
}

function vpcConfig(unknown: Unknown) {
  const id = text({ max: 32, pattern: '[-0-9a-zA-Z]+' });
  return structure({ SecurityGroupIds: list(id, { min: 1, max: 5 }), Subnets: list(id, { min: 1, max: 16 }) }, unknown);
}

/** Where an image is that is not in ECR. */
function imageConfig(unknown: Unknown) {
  const credentials = structure({ RepositoryCredentialsProviderArn: text({ min: 1, max: 2048 }) }, unknown);
  return structure(
    { RepositoryAccessMode: choice(['Platform', 'Vpc']), RepositoryAuthConfig: optional(credentials) },
    unknown,
  );
}

/** Members that transform jobs cannot have, or that DescribeModel answers and nothing here reads. */
const echoed = z.unknown();

function containerDefinition(allowFiles: boolean, unknown: Unknown) {
  return structure(
    {
      ContainerHostname: optional(entityName),
      Image: optional(text({ max: 255, pattern: '[\\S]+' })),
      ImageConfig: optional(imageConfig(unknown)),
      Mode: optional(choice(['SingleModel', 'MultiModel'])),
      ModelDataUrl: optional(s3Uri(allowFiles)),
      ModelDataSource: optional(echoed),
      AdditionalModelDataSources: optional(echoed),
      Environment: optional(
        map({
          key: { max: 1024, pattern: '[a-zA-Z_][a-zA-Z0-9_]*' },
          value: { max: 1024, pattern: '[\\S\\s]*' },
          max: 100,
        }),
      ),
      ModelPackageName: optional(text({ min: 1, max: 176 })),
      InferenceSpecificationName: optional(entityName),
      MultiModelConfig: optional(echoed),
    },
    unknown,
  );
}

function checkContainers({ PrimaryContainer: primary, Containers: several }: CreateModelRequest): void {
  if ((primary === undefined) === (several === undefined || several.length === 0)) {
    throw invalidRequest('CreateModel needs either PrimaryContainer or Containers');
  }
  for (const { Image: image, ModelPackageName: packageName } of several ?? [primary ?? {}]) {
    if (image !== undefined) continue;
    throw invalidRequest(
      packageName === undefined
        ? 'Every container of a model needs an Image'
        : `ModelPackageName "${packageName}" cannot be looked up by batchline local; give Image and ModelDataUrl`,
    );
  }
}
