import { get as httpGet } from 'node:http';

export interface Answer {
  readonly status: number;
  readonly text: string;
}

/**
 * One GET on a connection of its own. Not `fetch`, which refuses ports such as 6000 and 10080 that a container may well
 * listen on, and takes 50 ms to load.
 */
export async function get(
  url: URL,
  { timeoutMs, signal }: { timeoutMs: number; signal: AbortSignal },
): Promise<Answer> {
  const timeout = AbortSignal.timeout(timeoutMs);
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const request = httpGet(url, { agent: false, signal: AbortSignal.any([signal, timeout]) }, (response) => {
    let text = '';
    response.setEncoding('utf8');
    response.on('data', (piece) => (text += piece));
    response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
    response.on('error', reject);
  });
  request.on('error', (error) => reject(timeout.aborted ? new Error(`no answer within ${timeoutMs / 1000} s`) : error));
  return await promise;
}
