import { createHash } from 'node:crypto';
import type { ContainerDefinition, CreateModelRequest } from '../../sagemaker-api/create-model.ts';
import type { Launch } from '../launch-file/launch.ts';

/** What the containers that name no image of their own are given. */
export interface ModelParts {
  /** By digest. */
  readonly image: string | undefined;
  readonly modelDataUrl: string | undefined;
  /** What goes into the tags: where the model comes from. */
  readonly lineage: Readonly<Record<string, string | undefined>>;
}

/**
 * The CreateModel request of a launch. Unless the file gives the model a name, it is made of the request itself, so that
 * the same image, archive and settings are the same model, and any change makes another.
 */
export function modelRequest({ name, createModel }: Launch, parts: ModelParts): CreateModelRequest {
  const { Tags: tags = [], ModelName: given, PrimaryContainer: primary, Containers: several, ...rest } = createModel;
  const fill = (container: ContainerDefinition) => filled(container, parts);
  const request = {
    ...(several ? { Containers: several.map(fill) } : { PrimaryContainer: fill(primary ?? {}) }),
    // The container needs no network; models that do say so.
    EnableNetworkIsolation: true,
    ...rest,
  };
  const hash = createHash('sha256').update(canonical(request)).digest('hex');
  const Tags = [...tags, ...lineageTags(parts.lineage, tags)].slice(0, mostTags);
  return { ModelName: given ?? `${name}-${hash.slice(0, 12)}`, ...request, ...(Tags.length > 0 ? { Tags } : {}) };
}

function filled(container: ContainerDefinition, { image, modelDataUrl }: ModelParts): ContainerDefinition {
  if (container.Image !== undefined) return container;
  const archive = modelDataUrl === undefined ? {} : { ModelDataUrl: modelDataUrl };
  return { ...archive, ...container, ...(image === undefined ? {} : { Image: image }) };
}

const mostTags = 50;

/** Characters that tags may not have are left out of the values. */
function lineageTags(lineage: ModelParts['lineage'], given: readonly { readonly Key: string }[]) {
  return Object.entries(lineage)
    .map(([name, value]) => ({ Key: `batchline:${name}`, Value: value }))
    .filter(({ Key: key, Value: value }) => value !== undefined && !given.some((tag) => tag.Key === key))
    .map(({ Key, Value = '' }) => ({ Key, Value: Value.replace(/[^\p{L}\p{Z}\p{N}_.:/=+\-@]/gu, '').slice(0, 256) }));
}

/** JSON with the keys of every object in order, so that the order in a file makes no other model. */
export function canonical(value: unknown): string {
  return JSON.stringify(value, (_, member: unknown) =>
    typeof member === 'object' && member !== null && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1)))
      : member,
  );
}
