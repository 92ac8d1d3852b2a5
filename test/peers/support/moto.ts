import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { lacks, peerProgram } from '../clients/run-client.ts';
import { freePort, region, untilReady } from './versitygw.ts';

/** Why tests against moto cannot run here; false if they can. */
export const withoutMoto: string | false = lacks('moto');

export interface Moto {
  readonly url: string;
  /** What a child process needs to take it for AWS: all services, and keys that moto does not check. */
  readonly environment: Readonly<Record<string, string>>;
  /** Forgets all that was made in it. */
  reset(): Promise<void>;
  close(): Promise<void>;
}

/**
 * AWS as moto plays it, on a free port: STS, IAM, ECR, S3 and CloudWatch Logs answer as AWS does. Its SageMaker checks
 * and runs nothing: point AWS_ENDPOINT_URL_SAGEMAKER at `batchline local`. Its account is 123456789012.
 */
export async function startMoto(): Promise<Moto> {
  if (withoutMoto !== false) throw new Error(withoutMoto);
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const args = ['-H', '127.0.0.1', '-p', String(port)];
  const server = spawn(peerProgram('moto', 'moto_server'), args, { stdio: 'ignore' });
  await untilReady(`${url}/moto-api/`, () => server.exitCode !== null);
  return {
    url,
    environment: {
      AWS_ENDPOINT_URL_STS: url,
      AWS_ENDPOINT_URL_IAM: url,
      AWS_ENDPOINT_URL_ECR: url,
      AWS_ENDPOINT_URL_S3: url,
      AWS_ENDPOINT_URL_CLOUDWATCH_LOGS: url,
      AWS_REGION: region,
      AWS_ACCESS_KEY_ID: 'testing',
      AWS_SECRET_ACCESS_KEY: 'testing',
    },
    async reset() {
      await fetch(`${url}/moto-api/reset`, { method: 'POST' });
    },
    async close() {
      if (server.exitCode !== null) return;
      server.kill('SIGTERM');
      await once(server, 'exit');
    },
  };
}
