import type { BuildTool } from '../launch-file/launch.ts';
import { findBuildTool } from './build-tool.ts';
import { hashContext, tagLength } from './context-hash.ts';
import { inspectLocal, requireAmd64 } from './existing-image.ts';
import type { ImageStep } from './image-step.ts';

/** What the image is made from, and its tag named after: the build context, or an image of the local engine. */
export interface ImageSource {
  readonly tag: string;
  readonly local?: { readonly tool: BuildTool; readonly id: string };
}

/** Of an image that is not in a registry. */
export async function sourceOf({ image, signal, tell }: ImageStep): Promise<ImageSource> {
  if (image.existing !== undefined) {
    const tool = await findBuildTool(image.tool, signal);
    const local = await inspectLocal(tool, image.existing, signal);
    requireAmd64(image.existing, local);
    return { tag: local.id.slice(0, tagLength), local: { tool, id: local.id } };
  }
  const onProgress = ({ files, bytes }: { files: number; bytes: number }): void => {
    const message = `reading the build context: ${files} files, ${Math.round(bytes / 1e6)} MB`;
    tell({ event: 'image.build', message, details: { files, bytes } });
  };
  return { tag: await hashContext(image, { signal, onProgress }) };
}
