import { BatchlineError } from '../../errors.ts';
import type { BuildTool } from '../launch-file/launch.ts';
import { buildImage } from './build-image.ts';
import { findBuildTool } from './build-tool.ts';
import { isInRegistry, platformOfImage, readRegistryImage, requireAmd64 } from './existing-image.ts';
import { sourceOf } from './image-source.ts';
import type { ImageStep } from './image-step.ts';
import { findPublished, openTarget, publish } from './image-target.ts';
import { pushImage } from './push-image.ts';
import { nameOf } from './registry.ts';
import { ensureRepository } from './repository.ts';
import { runTool } from './tool-failure.ts';

export type { ImageStep } from './image-step.ts';

export interface ProvidedImage {
  /** host/repository@sha256:… */
  readonly reference: string;
  readonly built: boolean;
  readonly pushed: boolean;
}

/**
 * Sees to it that the registry has the image. Tags are named after contents: what is there already is neither built nor
 * pushed. Any part of it may be repeated after a failure.
 * @throws BatchlineError with the tool's, the registry's or AWS's words and what to do; the signal's reason
 */
export async function provideImage(step: ImageStep): Promise<ProvidedImage> {
  const provided = await provide(step);
  const { reference, built, pushed } = provided;
  const how = built ? 'built and pushed' : pushed ? 'pushed' : 'there already';
  step.tell({ event: 'image', message: `image ${reference}: ${how}`, details: { ...provided } });
  return provided;
}

/** The reference by digest if the registry has the image already; makes nothing. */
export async function findImage(step: ImageStep): Promise<string | undefined> {
  const { existing } = step.image;
  if (existing !== undefined && isInRegistry(existing)) return (await readRegistryImage(step, existing)).reference;
  const { tag } = await sourceOf(step);
  const published = await findPublished(await openTarget(step), tag);
  return published?.missing === undefined ? published?.reference : undefined;
}

async function provide(step: ImageStep): Promise<ProvidedImage> {
  const { existing } = step.image;
  if (existing !== undefined && isInRegistry(existing)) {
    const image = await readRegistryImage(step, existing);
    requireAmd64(existing, await platformOfImage(image));
    return { reference: image.reference, built: false, pushed: false };
  }
  const source = await sourceOf(step);
  const target = await openTarget(step);
  const rebuilds = step.rebuild === true && source.local === undefined;
  const found = rebuilds ? undefined : await findPublished(target, source.tag);
  if (found !== undefined) {
    const pushed = found.missing !== undefined;
    return { reference: await publish(target, source.tag, found), built: false, pushed };
  }
  const tool = source.local?.tool ?? (await findBuildTool(step.image.tool, step.signal));
  await ensureRepository(step);
  const name = nameOf(target.host, target.repository, source.tag);
  if (source.local === undefined) await buildSource(step, { tool, name, tag: source.tag });
  else await runTool(tool, ['tag', source.local.id, name], { signal: step.signal });
  const reference = await pushImage({ step, tool, target, tag: source.tag });
  return { reference, built: source.local === undefined, pushed: true };
}

async function buildSource(
  step: ImageStep,
  { tool, name, tag }: { tool: BuildTool; name: string; tag: string },
): Promise<void> {
  await buildImage(step, tool, name);
  if ((await sourceOf(step)).tag === tag) return;
  throw new BatchlineError(
    'JOB_FAILED',
    `${step.image.context}: files of the build context changed while the image was being built, which is not pushed for ` +
      'that reason: run the same command again',
    { retryable: true },
  );
}
