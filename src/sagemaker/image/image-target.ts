import { amd64Manifest, toDockerManifest } from './docker-manifest.ts';
import { fetchEcrLogin } from './ecr-login.ts';
import type { ImageStep } from './image-step.ts';
import { type Manifest, nameOf, Registry, type RegistryLogin } from './registry.ts';

/** Where the image goes to, with a login that is good for some hours. */
export interface ImageTarget {
  readonly host: string;
  readonly repository: string;
  readonly login: RegistryLogin;
  readonly registry: Registry;
}

/** ECR of the account in the region, or the registry that stands for it; the login is ECR's in both cases. */
export async function openTarget(step: ImageStep): Promise<ImageTarget> {
  const { host: ecrHost, ...login } = await fetchEcrLogin(step);
  const host = step.image.registry ?? ecrHost;
  const registry = new Registry({ host, login, signal: step.signal });
  return { host, repository: step.image.repository, login, registry };
}

/** What the registry has under a tag or digest, as a digest that SageMaker takes. */
export interface Published {
  readonly reference: string;
  /** Whether the manifest of that digest has yet to be put there: see `toDockerManifest`. */
  readonly missing?: Manifest;
}

export async function findPublished(target: ImageTarget, tagOrDigest: string): Promise<Published | undefined> {
  const { host, repository, registry } = target;
  const listed = await registry.manifest(repository, tagOrDigest);
  const manifest = listed && (await amd64Manifest(registry, repository, listed));
  if (manifest === undefined) return undefined;
  const converted = toDockerManifest(manifest);
  const reference = nameOf(host, repository, (converted ?? manifest).digest);
  if (converted === undefined || (await registry.manifest(repository, converted.digest))) return { reference };
  return { reference, missing: converted };
}

/** Puts a missing manifest there, under a tag of its own: a rule may expire images without one. */
export async function publish(target: ImageTarget, tag: string, { reference, missing }: Published): Promise<string> {
  if (missing !== undefined) await target.registry.putManifest(target.repository, `${tag}-docker`, missing);
  return reference;
}
