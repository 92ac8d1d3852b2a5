import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A registry that has one image for linux/amd64, `batchline:1`, which `batchline local` runs as a process. */
export async function startImageRegistry(): Promise<{ readonly image: string; close(): void }> {
  const config = JSON.stringify({ os: 'linux', architecture: 'amd64' });
  const type = 'application/vnd.docker.distribution.manifest.v2+json';
  const layer = {
    mediaType: 'application/vnd.docker.container.image.v1+json',
    size: config.length,
    digest: digest(config),
  };
  const manifest = JSON.stringify({ schemaVersion: 2, mediaType: type, config: layer, layers: [] });
  const answers: Record<string, [type: string, body: string]> = {
    '/v2/batchline/manifests/1': [type, manifest],
    [`/v2/batchline/manifests/${digest(manifest)}`]: [type, manifest],
    [`/v2/batchline/blobs/${digest(config)}`]: ['application/octet-stream', config],
  };
  const server = createServer((request, response) => {
    const answer = answers[request.url ?? ''];
    if (!answer) return response.writeHead(404).end('{}');
    return response.writeHead(200, { 'Content-Type': answer[0] }).end(answer[1]);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return { image: `127.0.0.1:${port}/batchline:1`, close: () => server.close().closeAllConnections() };
}

function digest(text: string): string {
  return `sha256:${createHash('sha256').update(text).digest('hex')}`;
}
