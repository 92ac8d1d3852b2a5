import { createHash } from 'node:crypto';
import { BatchlineError, messageOf } from '../../errors.ts';
import { isLocalHost } from './image-reference.ts';
import { askRegistry, type RegistryAnswer, type RegistryRequest } from './registry-request.ts';

/** Never in a message, an event or an argument. */
export interface RegistryLogin {
  readonly username: string;
  readonly password: string;
}

export interface Manifest {
  /** sha256:…, of its very bytes. */
  readonly digest: string;
  readonly mediaType: string;
  readonly bytes: Buffer;
}

export interface RegistryOptions {
  readonly host: string;
  /** Without one it is asked anonymously. */
  readonly login?: RegistryLogin;
  readonly signal: AbortSignal;
}

export const mediaTypes = {
  docker: 'application/vnd.docker.distribution.manifest.v2+json',
  dockerList: 'application/vnd.docker.distribution.manifest.list.v2+json',
  oci: 'application/vnd.oci.image.manifest.v1+json',
  ociIndex: 'application/vnd.oci.image.index.v1+json',
} as const;

/** A registry by the HTTP API that ECR, too, speaks (OCI distribution), with Basic authentication. */
export class Registry {
  readonly host: string;
  readonly #login: RegistryLogin | undefined;
  readonly #signal: AbortSignal;

  constructor({ host, login, signal }: RegistryOptions) {
    this.host = host;
    this.#login = login;
    this.#signal = signal;
  }

  /**
   * What a tag or digest names; undefined where there is no such tag, or no such repository.
   * @throws BatchlineError JOB_FAILED where the registry refuses or cannot be reached; the signal's reason
   */
  async manifest(repository: string, reference: string): Promise<Manifest | undefined> {
    const about = nameOf(this.host, repository, reference);
    const accept = Object.values(mediaTypes).join(', ');
    const answer = await this.#ask(about, `${repository}/manifests/${reference}`, { headers: { accept } });
    if (answer.status === 404) return undefined;
    this.#require(answer, about);
    // ECR sends Docker-Content-Digest for HEAD only; the digest is that of the bytes in any case.
    const digest = digestOf(answer.body);
    if (reference.startsWith('sha256:') && digest !== reference) throw changedOnTheWay(about, digest);
    return { digest, mediaType: mediaTypeOf(answer), bytes: answer.body };
  }

  async putManifest(repository: string, reference: string, manifest: Manifest): Promise<void> {
    const about = nameOf(this.host, repository, reference);
    const headers = { 'content-type': manifest.mediaType, 'content-length': String(manifest.bytes.length) };
    const request = { method: 'PUT' as const, headers, body: manifest.bytes };
    this.#require(await this.#ask(about, `${repository}/manifests/${reference}`, request), about);
  }

  /** A small blob: the configuration of an image. */
  async blob(repository: string, digest: string): Promise<Buffer> {
    const about = nameOf(this.host, repository, digest);
    const answer = await this.#ask(about, `${repository}/blobs/${digest}`, { headers: {} });
    this.#require(answer, about);
    if (digestOf(answer.body) !== digest) throw changedOnTheWay(about, digestOf(answer.body));
    return answer.body;
  }

  async #ask(about: string, path: string, request: Omit<RegistryRequest, 'signal'>): Promise<RegistryAnswer> {
    const url = new URL(`${isLocalHost(this.host) ? 'http' : 'https'}://${this.host}/v2/${path}`);
    try {
      // The login goes along unasked: ECR's 401 names no scheme.
      const headers = { ...request.headers, ...authorization(this.#login) };
      return await askRegistry(url, { ...request, headers, signal: this.#signal });
    } catch (error) {
      this.#signal.throwIfAborted();
      const message = `${about}: the registry cannot be reached: ${messageOf(error)} (check its address and the network)`;
      throw new BatchlineError('JOB_FAILED', message, { cause: error, retryable: true });
    }
  }

  #require({ status, headers, body }: RegistryAnswer, about: string): void {
    if (status >= 200 && status < 300) return;
    const said = saidIn(body);
    const message = `${about}: the registry answered ${status}${said === '' ? '' : `, ${said}`}`;
    const remedy = this.#remedyOf(status, headers['www-authenticate'] ?? '');
    throw new BatchlineError('JOB_FAILED', `${message}${remedy}`, { retryable: status >= 500 || status === 429 });
  }

  #remedyOf(status: number, challenge: string): string {
    if (status === 401 && /^bearer/i.test(challenge))
      return ' (it asks for a Bearer token; only Basic authentication is spoken here, as ECR has it: push the image to ECR, or name a local image)';
    if (status === 401) return this.#login ? ' (it does not take the login of ECR)' : ' (it wants a login)';
    return status === 403 ? ' (allow ecr:BatchGetImage and ecr:GetDownloadUrlForLayer to these credentials)' : '';
  }
}

export function digestOf(bytes: Buffer): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

/** host/repository:tag, host/repository@sha256:… */
export function nameOf(host: string, repository: string, reference: string): string {
  return `${host}/${repository}${reference.startsWith('sha256:') ? '@' : ':'}${reference}`;
}

function authorization(login: RegistryLogin | undefined): Record<string, string> {
  if (login === undefined) return {};
  const token = Buffer.from(`${login.username}:${login.password}`).toString('base64');
  return { authorization: `Basic ${token}` };
}

function mediaTypeOf({ headers, body }: RegistryAnswer): string {
  const { mediaType } = JSON.parse(body.toString('utf8')) as { mediaType?: string };
  return mediaType ?? (headers['content-type'] ?? '').split(';', 1)[0] ?? '';
}

function changedOnTheWay(about: string, received: string): BatchlineError {
  return new BatchlineError('JOB_FAILED', `${about}: the registry sent something else, with the digest ${received}`, {
    retryable: true,
  });
}

function saidIn(body: Buffer): string {
  try {
    const { errors } = JSON.parse(body.toString('utf8')) as { errors?: { code?: string; message?: string }[] };
    const { code, message } = errors?.[0] ?? {};
    return [code, message].filter(Boolean).join(': ').slice(0, 300);
  } catch {
    return '';
  }
}
