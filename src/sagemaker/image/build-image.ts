import { join } from 'node:path';
import type { BuildTool, ImageSettings } from '../launch-file/launch.ts';
import { platform } from './context-hash.ts';
import { readIgnoreRules } from './ignore-file.ts';
import type { ImageStep } from './image-step.ts';
import { runTool } from './tool-failure.ts';
import { buildProgress } from './tool-progress.ts';

/**
 * Builds the image under a name, with the tool's own configuration: logins for base images, builder, cache.
 * @throws BatchlineError JOB_FAILED with the end of what the tool wrote; the signal's reason
 */
export async function buildImage(step: ImageStep, tool: BuildTool, name: string): Promise<void> {
  const progress = buildProgress(step.tell, tool);
  try {
    await runTool(tool, await buildArguments(tool, step.image, name), {
      signal: step.signal,
      // An attestation would make the image a list of images, which SageMaker refuses.
      environment: { BUILDX_NO_DEFAULT_ATTESTATIONS: '1' },
      onLine: progress.line,
    });
  } finally {
    progress.end();
  }
}

export async function buildArguments(tool: BuildTool, image: ImageSettings, name: string): Promise<string[]> {
  const { context, dockerfile, buildArgs } = image;
  const { file } = await readIgnoreRules(context, dockerfile);
  const format = ['--format', 'docker'];
  // Podman and buildah have rules of their own about where to look for it; what is built is what was hashed.
  const ignore = file === undefined ? [] : ['--ignorefile', file];
  const own = {
    docker: ['build'],
    podman: ['build', ...format, ...ignore],
    buildah: ['bud', '--layers', ...format, ...ignore],
  };
  return [
    ...own[tool],
    ...['--platform', platform, '--file', join(context, dockerfile), '--tag', name],
    ...Object.entries(buildArgs).flatMap(([key, value]) => ['--build-arg', `${key}=${value}`]),
    context,
  ];
}
