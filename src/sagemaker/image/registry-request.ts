import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';

export interface RegistryRequest {
  readonly method?: 'GET' | 'HEAD' | 'PUT';
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Buffer;
  readonly signal: AbortSignal;
}

export interface RegistryAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

const timeoutMs = 30_000;
const waitsMs = [200, 1000, 3000];
/** Registries take manifests of 4 MiB at most, and configurations are of their kind. */
const maxBodyBytes = 16 * 1024 * 1024;

/**
 * One exchange with a registry; broken connections, 429 and 5xx are tried again three times, and a redirection is
 * followed once, without the login: ECR keeps blobs on S3.
 * @throws Error of the connection; the signal's reason
 */
export async function askRegistry(url: URL, request: RegistryRequest): Promise<RegistryAnswer> {
  const answer = await askPatiently(url, request);
  const { location } = answer.headers;
  if (![301, 302, 303, 307, 308].includes(answer.status) || location === undefined) return answer;
  return await askPatiently(new URL(location, url), { ...request, headers: {} });
}

async function askPatiently(url: URL, request: RegistryRequest): Promise<RegistryAnswer> {
  for (const waitMs of waitsMs) {
    const answer = await askOnce(url, request).catch((error: unknown) => {
      request.signal.throwIfAborted();
      if (!isTransient(error)) throw error;
      return undefined;
    });
    if (answer !== undefined && answer.status !== 429 && answer.status < 500) return answer;
    await sleep(waitMs, undefined, { signal: request.signal }).catch(() => request.signal.throwIfAborted());
  }
  return await askOnce(url, request);
}

async function askOnce(url: URL, { method = 'GET', headers, body, signal }: RegistryRequest): Promise<RegistryAnswer> {
  const { promise, resolve, reject } = Promise.withResolvers<RegistryAnswer>();
  const timeout = AbortSignal.timeout(timeoutMs);
  const send = url.protocol === 'http:' ? httpRequest : httpsRequest;
  const options = { method, headers, agent: false as const, signal: AbortSignal.any([signal, timeout]) };
  const outgoing = send(url, options, (response) => {
    const pieces: Buffer[] = [];
    let bytes = 0;
    response.on('data', (piece: Buffer) => {
      bytes += piece.length;
      if (bytes > maxBodyBytes) response.destroy(new Error(`the answer is over ${maxBodyBytes} bytes`));
      else pieces.push(piece);
    });
    response.on('end', () =>
      resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(pieces) }),
    );
    response.on('error', reject);
  });
  outgoing.on('error', (error) => {
    if (signal.aborted) reject(signal.reason);
    else reject(timeout.aborted ? new Error(`no answer within ${timeoutMs / 1000} s`) : error);
  });
  outgoing.end(body);
  return await promise;
}

function isTransient(error: unknown): boolean {
  const { code = '', message = '' } = error as NodeJS.ErrnoException;
  return (
    /^(ECONNRESET|ECONNREFUSED|ECONNABORTED|EPIPE|ETIMEDOUT|EAI_AGAIN)$/.test(code) || /aborted|no answer/.test(message)
  );
}
