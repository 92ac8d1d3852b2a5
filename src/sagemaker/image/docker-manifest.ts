import { BatchlineError } from '../../errors.ts';
import { digestOf, type Manifest, mediaTypes, type Registry } from './registry.ts';

/**
 * SageMaker takes manifests of Docker's format only: "Unsupported manifest media type
 * application/vnd.oci.image.manifest.v1+json" (aws/amazon-sagemaker-feedback#180, mlflow#13834). Engines with
 * containerd's image store push OCI's, whatever they are asked for. The two differ in the names of their types: here the
 * same layers get a manifest with Docker's. Undefined if the manifest is Docker's already.
 * @throws BatchlineError INVALID_INPUT for layers that Docker's format has no name for
 */
export function toDockerManifest(manifest: Manifest): Manifest | undefined {
  if (manifest.mediaType !== mediaTypes.oci) return undefined;
  const { config, layers } = parseImage(manifest);
  const converted = {
    schemaVersion: 2,
    mediaType: mediaTypes.docker,
    config: { mediaType: 'application/vnd.docker.container.image.v1+json', size: config.size, digest: config.digest },
    layers: layers.map(({ mediaType, size, digest }) => ({ mediaType: layerType(mediaType), size, digest })),
  };
  const bytes = Buffer.from(JSON.stringify(converted));
  return { digest: digestOf(bytes), mediaType: mediaTypes.docker, bytes };
}

/** What an image is, or of a list its image for linux/amd64. */
export async function amd64Manifest(
  registry: Registry,
  repository: string,
  manifest: Manifest,
): Promise<Manifest | undefined> {
  if (manifest.mediaType !== mediaTypes.dockerList && manifest.mediaType !== mediaTypes.ociIndex) return manifest;
  const { manifests = [] } = JSON.parse(manifest.bytes.toString('utf8')) as {
    manifests?: { digest: string; platform?: { os?: string; architecture?: string } }[];
  };
  const found = manifests.find(({ platform }) => platform?.os === 'linux' && platform.architecture === 'amd64');
  return found && (await registry.manifest(repository, found.digest));
}

export interface Platform {
  readonly os: string;
  readonly architecture: string;
}

/** What an image runs on, as its configuration says. */
export async function platformOf(registry: Registry, repository: string, manifest: Manifest): Promise<Platform> {
  const bytes = await registry.blob(repository, parseImage(manifest).config.digest);
  const { os = '', architecture = '' } = JSON.parse(bytes.toString('utf8')) as Partial<Platform>;
  return { os, architecture };
}

/** What is wrong with an image for another platform; undefined for linux/amd64. */
export function platformProblem(image: string, { os, architecture }: Platform): string | undefined {
  if (os === 'linux' && architecture === 'amd64') return undefined;
  return (
    `${image}: is for ${os}/${architecture}; expected linux/amd64, the only one that transform jobs run on ` +
    '(build it with --platform linux/amd64)'
  );
}

interface Descriptor {
  readonly mediaType: string;
  readonly size: number;
  readonly digest: string;
}

function parseImage({ bytes, mediaType }: Manifest): { config: Descriptor; layers: Descriptor[] } {
  const { config, layers } = JSON.parse(bytes.toString('utf8')) as { config?: Descriptor; layers?: Descriptor[] };
  if (config && layers) return { config, layers };
  throw new BatchlineError('INVALID_INPUT', `a manifest of type ${mediaType} is not that of an image`);
}

function layerType(mediaType: string): string {
  const known: Record<string, string> = {
    'application/vnd.oci.image.layer.v1.tar': 'application/vnd.docker.image.rootfs.diff.tar',
    'application/vnd.oci.image.layer.v1.tar+gzip': 'application/vnd.docker.image.rootfs.diff.tar.gzip',
  };
  const type = mediaType.startsWith('application/vnd.docker.') ? mediaType : known[mediaType];
  if (type !== undefined) return type;
  throw new BatchlineError(
    'INVALID_INPUT',
    `the image has a layer of type ${mediaType}, which SageMaker does not take: build it with gzip layers ` +
      '(docker build --output type=docker)',
  );
}
