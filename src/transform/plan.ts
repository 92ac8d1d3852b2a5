import type { CreateTransformJobRequest } from '../sagemaker-api/create-transform-job.ts';
import { contentTypeOf } from './content-type.ts';
import type { InputObject } from './job.ts';
import { outputName } from './objects/transform-object.ts';
import type { ChosenSettings } from './settings.ts';
import { megabytes } from './summary.ts';
import type { PipelineContainer } from './transform-run.ts';

/** What `--dry-run` shows. */
export interface Plan {
  /** Where the requests go: addresses, images and models. */
  readonly containers: readonly string[];
  readonly objects: readonly { key: string; bytes: number; contentType: string; output: string }[];
  readonly bytes: number;
  readonly settings: ChosenSettings;
  readonly request: CreateTransformJobRequest;
}

interface Planned {
  readonly inputs: readonly InputObject[];
  readonly request: CreateTransformJobRequest;
  readonly pipeline: readonly PipelineContainer[];
  readonly settings: ChosenSettings;
}

export function makePlan({ inputs, request, pipeline, settings }: Planned): Plan {
  const objects = inputs.map((input) => ({
    key: input.name,
    bytes: input.object.bytes,
    contentType: request.TransformInput.ContentType ?? contentTypeOf(input.name),
    output: outputName(input),
  }));
  const bytes = objects.reduce((sum, object) => sum + object.bytes, 0);
  return { containers: pipeline.map(({ spec }) => containerText(spec)), objects, bytes, settings, request };
}

export function planText({ containers, objects, bytes, settings, request }: Plan): string {
  const { from } = settings;
  const asked = containers[0]?.startsWith('http') ? '' : ', unless the container asks for another value';
  const origin = (key: keyof typeof from): string => (from[key] === 'default' ? `default${asked}` : from[key]);
  const { InvocationsTimeoutInSeconds: timeout = 600, InvocationsMaxRetries: retries = 3 } =
    request.ModelClientConfig ?? {};
  const filters = Object.entries(request.DataProcessing ?? {}).map(([name, value]) => `${name} ${value}`);
  return `${[
    ...containers.map((container) => `container                 ${container}`),
    `objects                   ${objects.length}, ${megabytes(bytes)}`,
    `SplitType, AssembleWith   ${request.TransformInput.SplitType ?? 'None'}, ${request.TransformOutput.AssembleWith ?? 'None'}`,
    ...(filters.length > 0 ? [`DataProcessing            ${filters.join(', ')}`] : []),
    `BatchStrategy             ${settings.batchStrategy} (${origin('batchStrategy')})`,
    `MaxPayloadInMB            ${settings.maxPayloadInMB} (${origin('maxPayloadInMB')})`,
    `MaxConcurrentTransforms   ${settings.maxConcurrentTransforms} (${origin('maxConcurrentTransforms')})`,
    `InstanceCount             ${request.TransformResources.InstanceCount}`,
    `timeout, retries          ${timeout} s, ${retries}`,
    '',
    ...objects.map((item) => `${item.key} (${item.bytes} bytes, ${item.contentType}) → ${item.output}`),
  ].join('\n')}\n`;
}

function containerText(spec: PipelineContainer['spec']): string {
  if (spec.kind === 'url') return spec.url.href;
  const model = spec.model === undefined ? '' : `model ${spec.model}`;
  return spec.kind === 'image' ? `image ${spec.image} ${model}`.trimEnd() : `batchline serve, ${model}`;
}
