import type { ContainerDefinition, CreateModelRequest } from '../sagemaker-api/create-model.ts';
import type { ContainerSpec } from '../transform/containers/running-container.ts';
import type { PipelineContainer } from '../transform/transform-run.ts';
import { validationException } from './api-error.ts';

/**
 * The containers that a job of this model starts, in the order of its pipeline.
 * @param ownImages repositories whose images are batchline's own; their models run as processes, without an image
 * @throws ApiError ValidationException for models that transform jobs cannot have
 */
export function pipelineOf(model: CreateModelRequest, ownImages: readonly string[]): PipelineContainer[] {
  const containers = model.Containers ?? (model.PrimaryContainer ? [model.PrimaryContainer] : []);
  return containers.map((container, index) => ({
    name: container.ContainerHostname ?? `container-${index + 1}`,
    spec: specOf(container, ownImages),
    environment: container.Environment ?? {},
  }));
}

function specOf(container: ContainerDefinition, ownImages: readonly string[]): ContainerSpec {
  const { Image: image = '', ModelDataUrl: model, Mode: mode } = container;
  if (container.ModelDataSource !== undefined) {
    throw validationException(
      "SageMaker Batch currently doesn't support Model entity with container definitions which use ModelDataSource attribute",
    );
  }
  if (mode === 'MultiModel') throw validationException('Mode MultiModel is not for transform jobs: use SingleModel');
  // Without an archive the model is in the image, and only the image can run it.
  if (model !== undefined && isOwn(image, ownImages)) return { kind: 'process', model };
  return { kind: 'image', image, ...(model === undefined ? {} : { model }) };
}

/** `123.dkr.ecr.us-east-1.amazonaws.com/team/batchline:1@sha256:…` is of the repositories `batchline` and `team/batchline`. */
function isOwn(image: string, ownImages: readonly string[]): boolean {
  const repository = image.split('@', 1)[0]?.replace(/:[^/]*$/, '') ?? '';
  return ownImages.some((own) => repository === own || repository.endsWith(`/${own}`));
}
