import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { S3Client } from '@aws-sdk/client-s3';
import { findBinary } from './find-binary.ts';

const binary = findBinary('versitygw');

/** Why tests of the real S3 server cannot run here; false if they can. */
export const withoutVersitygw: string | false =
  binary === undefined &&
  'no versitygw in ~/.cache/batchline/go/bin or PATH: go install github.com/versity/versitygw/cmd/versitygw@latest';

export const credentials = { accessKeyId: 'test', secretAccessKey: 'testsecret' };
export const region = 'us-east-1';

export interface S3Server {
  readonly url: string;
  readonly port: number;
  /** A client to look behind batchline's back with. */
  readonly client: S3Client;
  /** What a child process needs to be batchline's user. */
  readonly environment: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

/** A real S3 server on a free port, with empty buckets; gone, with everything in it, when it is closed. */
export async function startVersitygw(buckets: readonly string[]): Promise<S3Server> {
  if (binary === undefined) throw new Error(String(withoutVersitygw));
  const folder = await mkdtemp(join(tmpdir(), 'batchline-s3-'));
  const [data, meta] = [join(folder, 'data'), join(folder, 'meta')];
  await mkdir(meta);
  for (const bucket of buckets) await mkdir(join(data, bucket), { recursive: true });
  const port = await freePort();
  const { accessKeyId, secretAccessKey } = credentials;
  const args = ['-q', '-a', accessKeyId, '-s', secretAccessKey, '-p', `127.0.0.1:${port}`, 'posix', '--sidecar', meta];
  const server = spawn(binary, [...args, data], { stdio: 'ignore' });
  const url = `http://127.0.0.1:${port}`;
  await untilReady(url, () => server.exitCode !== null);
  const client = new S3Client({ endpoint: url, region, credentials, forcePathStyle: true });
  return {
    url,
    port,
    client,
    environment: {
      AWS_ENDPOINT_URL_S3: url,
      AWS_REGION: region,
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
    },
    async close() {
      client.destroy();
      if (server.exitCode === null) {
        server.kill('SIGKILL');
        await once(server, 'exit');
      }
      await rm(folder, { recursive: true, force: true });
    },
  };
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  await new Promise((done) => server.close(done));
  return port;
}

/** Any answer will do. */
export async function untilReady(url: string, hasEnded: () => boolean): Promise<void> {
  for (const deadline = Date.now() + 20_000; ; ) {
    const isUp = await fetch(url).then(
      () => true,
      () => false,
    );
    if (isUp) return;
    if (hasEnded()) throw new Error(`the server of ${url} ended before it was ready`);
    if (Date.now() > deadline) throw new Error(`nothing answers at ${url} after 20 s`);
    await sleep(50);
  }
}
