import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';
import { mediaTypes } from '../../../src/sagemaker/image/registry.ts';
import { digestOf, type StubImage, stubImage } from './stub-image.ts';

export type RegistryFault = 'reset' | { readonly status: number; readonly challenge?: string; readonly body?: unknown };

export interface StubRegistry {
  readonly host: string;
  /** `GET /v2/…` of each request, in order. */
  readonly requests: string[];
  /** What comes next goes wrong like this. */
  readonly faults: RegistryFault[];
  /** `user:password` that is taken; undefined takes anybody. */
  login: string | undefined;
  /** Whether a GET says the digest of what it sends: ECR's does not. */
  saysDigest: boolean;
  /** Puts an image there; the digest of its manifest. */
  put(repository: string, tag: string, image?: StubImage): string;
  /** Puts a list of images there. */
  putList(repository: string, tag: string, images: readonly { digest: string; architecture: string }[]): string;
  manifest(repository: string, reference: string): { mediaType: string; text: string } | undefined;
}

/** The HTTP API of a registry as far as the launcher speaks it; pushes of layers are the tools' own affair. */
export async function stubRegistry(t: TestContext): Promise<StubRegistry> {
  const manifests = new Map<string, { mediaType: string; text: string }>();
  const blobs = new Map<string, string>();
  const put = (repository: string, reference: string, text: string, mediaType: string): string => {
    const digest = digestOf(text);
    for (const name of [reference, digest]) manifests.set(`${repository}/${name}`, { mediaType, text });
    return digest;
  };
  const server = createServer((request, response) => void answer(request, response));
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { method = '', url = '' } = request;
    registry.requests.push(`${method} ${url}`);
    const fault = registry.faults.shift();
    if (fault === 'reset') return void request.socket.destroy();
    if (fault) {
      if (fault.challenge) response.setHeader('www-authenticate', fault.challenge);
      return void response.writeHead(fault.status).end(JSON.stringify(fault.body ?? {}));
    }
    if (url.startsWith('/storage/')) {
      // As S3, which refuses a login that is none of its own.
      if (request.headers.authorization) return void response.writeHead(400).end();
      return void response.end(blobs.get(url.slice('/storage/'.length)));
    }
    if (registry.login !== undefined && request.headers.authorization !== basic(registry.login)) {
      return void response.writeHead(401).end(JSON.stringify({ errors: [{ code: 'UNAUTHORIZED', message: 'no' }] }));
    }
    const [, repository = '', kind, reference = ''] = /^\/v2\/(.+)\/(manifests|blobs)\/(.+)$/.exec(url) ?? [];
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece as Buffer);
    const body = Buffer.concat(pieces).toString();
    if (method === 'PUT') {
      if (kind === 'blobs') blobs.set(reference, body);
      else put(repository, reference, body, request.headers['content-type'] ?? '');
      return void response.writeHead(201).end();
    }
    if (kind === 'blobs') return void sendBlob(response, { location: `/storage/${reference}` });
    const found = manifests.get(`${repository}/${reference}`);
    if (!found) return void response.writeHead(404).end('{"errors":[{"code":"MANIFEST_UNKNOWN"}]}');
    response.setHeader('content-type', found.mediaType);
    if (registry.saysDigest) response.setHeader('docker-content-digest', digestOf(found.text));
    response.end(found.text);
  };
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  const registry: StubRegistry = {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests: [],
    faults: [],
    login: undefined,
    saysDigest: false,
    put: (repository, tag, image = {}) => {
      const { config, manifest } = stubImage(image);
      blobs.set(digestOf(config), config);
      return put(repository, tag, manifest, image.mediaType ?? mediaTypes.docker);
    },
    putList: (repository, tag, images) => {
      const entries = images.map(({ digest, architecture }) => ({ digest, platform: { os: 'linux', architecture } }));
      const text = JSON.stringify({ schemaVersion: 2, mediaType: mediaTypes.ociIndex, manifests: entries });
      return put(repository, tag, text, mediaTypes.ociIndex);
    },
    manifest: (repository, reference) => manifests.get(`${repository}/${reference}`),
  };
  return registry;
}

function sendBlob(response: ServerResponse, headers: { location: string }): void {
  response.writeHead(307, headers).end();
}

export function basic(login: string): string {
  return `Basic ${Buffer.from(login).toString('base64')}`;
}
