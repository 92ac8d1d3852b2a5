import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findBinary } from './find-binary.ts';
import { freePort, untilReady } from './versitygw.ts';

const binary = findBinary('docker-registry');

/** Why tests that push cannot run here; false if they can. */
export const withoutRegistry: string | false =
  binary === undefined && 'no docker-registry: Debian’s package of that name';

/** Moto's login of ECR, which the registry takes. */
export const registryLogin = 'AWS:123456789012-auth-token';
const htpasswd = 'AWS:$2y$05$batchlinebatchlinebatOexqvpEMs2XwHBc7TWDvdP53FE11YfTe\n';

export interface DockerRegistry {
  /** 127.0.0.1 and a port, which engines push to by plain HTTP. */
  readonly host: string;
  close(): Promise<void>;
}

/** An empty registry with basic authentication, which stands for ECR. */
export async function startRegistry(): Promise<DockerRegistry> {
  if (binary === undefined) throw new Error(String(withoutRegistry));
  const folder = await mkdtemp(join(tmpdir(), 'batchline-registry-'));
  const host = `127.0.0.1:${await freePort()}`;
  await mkdir(join(folder, 'data'));
  await writeFile(join(folder, 'htpasswd'), htpasswd);
  const config = {
    version: 0.1,
    log: { level: 'error', accesslog: { disabled: true } },
    http: { addr: host },
    storage: { filesystem: { rootdirectory: join(folder, 'data') } },
    auth: { htpasswd: { realm: 'test', path: join(folder, 'htpasswd') } },
  };
  await writeFile(join(folder, 'config.yml'), JSON.stringify(config)); // which is YAML, too
  const server = spawn(binary, ['serve', join(folder, 'config.yml')], { stdio: 'ignore' });
  await untilReady(`http://${host}/v2/`, () => server.exitCode !== null);
  return {
    host,
    async close() {
      if (server.exitCode === null) {
        server.kill('SIGTERM');
        await once(server, 'exit');
      }
      await rm(folder, { recursive: true, force: true });
    },
  };
}
