import { BatchlineError, messageOf } from '../../errors.ts';
import type { BuildTool } from '../launch-file/launch.ts';
import { amd64Manifest, type Platform, platformOf, platformProblem } from './docker-manifest.ts';
import { fetchEcrLogin } from './ecr-login.ts';
import { ecrOf, parseImageReference } from './image-reference.ts';
import type { ImageStep } from './image-step.ts';
import { type Manifest, nameOf, Registry } from './registry.ts';
import { runTool, ToolError } from './tool-failure.ts';

/** An image of the local engine. */
export interface LocalImage extends Platform {
  /** Hexadecimal. */
  readonly id: string;
}

/** @throws BatchlineError INVALID_INPUT where the engine has no such image; the signal's reason */
export async function inspectLocal(tool: BuildTool, image: string, signal: AbortSignal): Promise<LocalImage> {
  const format = '{{.Id}} {{.Os}} {{.Architecture}}';
  const args =
    tool === 'buildah'
      ? ['inspect', '--type', 'image', '--format', '{{.FromImageID}} {{.OCIv1.OS}} {{.OCIv1.Architecture}}', image]
      : ['image', 'inspect', '--format', format, image];
  try {
    const [id = '', os = '', architecture = ''] = (await runTool(tool, args, { signal })).split(/\s+/);
    return { id: id.replace(/^sha256:/, ''), os, architecture };
  } catch (error) {
    signal.throwIfAborted();
    const message =
      `image "${image}": ${tool} has no such image (${saidBy(error)}): ` +
      'build or pull it, or write its registry before its name: host/repository:tag';
    throw new BatchlineError('INVALID_INPUT', message, { cause: error });
  }
}

/** An image that a registry has. */
export interface RegistryImage {
  readonly registry: Registry;
  readonly repository: string;
  /** Of an image, not of a list of them. */
  readonly manifest: Manifest;
  readonly reference: string;
}

/**
 * Asks the registry what an image with a host is; of a list, its image for linux/amd64.
 * @throws BatchlineError INVALID_INPUT where there is none
 */
export async function readRegistryImage(step: ImageStep, existing: string): Promise<RegistryImage> {
  const { repository, tag = 'latest', digest, host = '' } = parseImageReference(existing);
  const registry = await registryOf(step, host);
  const listed = await registry.manifest(repository, digest ?? tag);
  if (listed === undefined) {
    const message = `image "${existing}": ${host} has no such image (check the repository, the tag and the region)`;
    throw new BatchlineError('INVALID_INPUT', message);
  }
  const manifest = await amd64Manifest(registry, repository, listed);
  if (manifest === undefined) throw notForAmd64(existing, 'its list has no image for it');
  return { registry, repository, manifest, reference: nameOf(host, repository, manifest.digest) };
}

/** @throws BatchlineError INVALID_INPUT for another platform than linux/amd64 */
export function requireAmd64(existing: string, platform: Platform): void {
  const problem = platformProblem(`image "${existing}"`, platform);
  if (problem !== undefined) throw new BatchlineError('INVALID_INPUT', problem);
}

export async function platformOfImage({ registry, repository, manifest }: RegistryImage): Promise<Platform> {
  return await platformOf(registry, repository, manifest);
}

export function isInRegistry(existing: string): boolean {
  return parseImageReference(existing).host !== undefined;
}

/** ECR, and what stands for it, is asked with ECR's login; any other registry without one. */
async function registryOf(step: ImageStep, host: string): Promise<Registry> {
  const { signal, image } = step;
  if (host !== image.registry && ecrOf(host) === undefined) return new Registry({ host, signal });
  const { username, password } = await fetchEcrLogin(step);
  return new Registry({ host, login: { username, password }, signal });
}

function saidBy(error: unknown): string {
  return error instanceof ToolError ? error.said : messageOf(error);
}

function notForAmd64(existing: string, received: string): BatchlineError {
  const message = `image "${existing}": expected an image for linux/amd64, the only platform of transform jobs; ${received}`;
  return new BatchlineError('INVALID_INPUT', message);
}
