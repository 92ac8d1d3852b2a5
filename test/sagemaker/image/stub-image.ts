import { createHash } from 'node:crypto';

export interface StubImage {
  readonly mediaType?: string;
  readonly layerType?: string;
  readonly architecture?: string;
  readonly content?: string;
  /** A push says that it is done, and is not. */
  readonly lost?: boolean;
}

/** A manifest and its configuration. */
export function stubImage(image: StubImage): { config: string; manifest: string } {
  const {
    mediaType = 'application/vnd.docker.distribution.manifest.v2+json',
    architecture = 'amd64',
    content = 'x',
  } = image;
  const layerType = image.layerType ?? 'application/vnd.oci.image.layer.v1.tar+gzip';
  const config = JSON.stringify({ os: 'linux', architecture, content });
  const manifest = JSON.stringify({
    schemaVersion: 2,
    mediaType,
    config: { mediaType: 'application/vnd.oci.image.config.v1+json', size: config.length, digest: digestOf(config) },
    layers: [{ mediaType: layerType, size: 1, digest: digestOf(content) }],
  });
  return { config, manifest };
}

export function digestOf(text: string): string {
  return `sha256:${createHash('sha256').update(text).digest('hex')}`;
}
