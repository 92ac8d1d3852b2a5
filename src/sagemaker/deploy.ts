import type { CreateModelRequest } from '../sagemaker-api/create-model.ts';
import { type ProvidedImage, provideImage } from './image/provide-image.ts';
import type { Launch } from './launch-file/launch.ts';
import { type CreatedModel, createModel } from './model/create-model.ts';
import { modelRequest } from './model/model-request.ts';
import type { OpenedModel } from './model-archive/open-model-source.ts';
import { type ProvidedArchive, provideArchive } from './model-archive/provide-archive.ts';
import type { Identity, Step } from './step.ts';

/** What a launch is about, and what its steps work with. */
export interface LaunchStep extends Step {
  readonly launch: Launch;
  readonly identity: Identity;
  /** Where the model is; undefined where the launch has none. */
  readonly openModel: OpenedModel | undefined;
  /** Whether to build and push whatever the registry has; false by default. */
  readonly rebuild?: boolean;
  /** More that the model's tags shall say. */
  readonly lineage: Readonly<Record<string, string | undefined>>;
}

/** What has been made, or found to be there. */
export interface Deployment {
  readonly image: ProvidedImage | undefined;
  readonly archive: ProvidedArchive | undefined;
  readonly request: CreateModelRequest;
  readonly model: CreatedModel;
}

/** Image and archive, side by side, and the model of both. When one fails the other is given up. */
export async function deployModel(step: LaunchStep): Promise<Deployment> {
  const failed = new AbortController();
  const signal = AbortSignal.any([step.signal, failed.signal]);
  const giveUp = (error: unknown): never => {
    failed.abort(error);
    throw error;
  };
  const parts = [imageOf({ ...step, signal }).catch(giveUp), archiveOf({ ...step, signal }).catch(giveUp)] as const;
  await Promise.allSettled(parts);
  const [image, archive] = await Promise.all(parts);
  const request = requestOf(step, { image: image?.reference, archive });
  return { image, archive, request, model: await createModel(request, step) };
}

export function requestOf(
  { launch, openModel, lineage }: Pick<LaunchStep, 'launch' | 'openModel' | 'lineage'>,
  { image, archive }: { image: string | undefined; archive: Pick<ProvidedArchive, 'url' | 'hash'> | undefined },
): CreateModelRequest {
  const tags = { 'model-hash': archive?.hash, 'model-source': openModel?.source, ...lineage };
  return modelRequest(launch, { image, modelDataUrl: archive?.url, lineage: tags });
}

export async function imageOf(step: LaunchStep): Promise<ProvidedImage | undefined> {
  const { image } = step.launch;
  return image && (await provideImage({ ...step, image }));
}

export async function archiveOf(step: LaunchStep): Promise<ProvidedArchive | undefined> {
  const { openModel } = step;
  const { name, model } = step.launch;
  return model && openModel && (await provideArchive({ ...step, name, model, openModel }));
}
