import { z } from 'zod';
import { choice, flag, list, map, optional, structure, text } from './constraints.ts';
import { entityName, modelName, s3Uri, tagList } from './members.ts';
import { invalidRequest, parseRequest } from './parse-request.ts';

export type CreateModelRequest = z.infer<ReturnType<typeof requestSchema>>;
export type ContainerDefinition = z.infer<ReturnType<typeof containerDefinition>>;

/**
 * Checks a CreateModel request by the rules of the API; unknown members are left out.
 * @param allowFiles whether ModelDataUrl may be a `file://` URI or a path
 * @throws BatchlineError INVALID_REQUEST with the message that the service answers
 */
export function parseCreateModel(value: unknown, allowFiles = false): CreateModelRequest {
  const request = parseRequest(requestSchema(allowFiles), value);
  checkContainers(request);
  return request;
}

function requestSchema(allowFiles: boolean) {
  const container = containerDefinition(allowFiles);
  return structure(
    {
      ModelName: modelName,
      PrimaryContainer: optional(container),
      Containers: optional(list(container, { max: 15 })),
      InferenceExecutionConfig: optional(structure({ Mode: choice(['Serial', 'Direct']) }, 'ignore')),
      ExecutionRoleArn: optional(
        text({ min: 20, max: 2048, pattern: '^arn:aws[a-z\\-]*:iam::\\d{12}:role/?[a-zA-Z_0-9+=,.@\\-_/]+$' }),
      ),
      Tags: optional(tagList('ignore')),
      VpcConfig: optional(echoed),
      EnableNetworkIsolation: optional(flag()),
    },
    'ignore',
  );
}

/** Members that DescribeModel answers and nothing here reads. */
const echoed = z.unknown();

function containerDefinition(allowFiles: boolean) {
  return structure(
    {
      ContainerHostname: optional(entityName),
      Image: optional(text({ max: 255, pattern: '[\\S]+' })),
      ImageConfig: optional(echoed),
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
    'ignore',
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
