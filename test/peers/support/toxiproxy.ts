import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { findBinary } from './find-binary.ts';
import { freePort, untilReady } from './versitygw.ts';

// `go install` names the program after its folder, which is `server`.
const binary = findBinary('toxiproxy-server') ?? findBinary('server');

/** Why tests of network faults cannot run here; false if they can. */
export const withoutToxiproxy: string | false =
  binary === undefined &&
  'no toxiproxy in ~/.cache/batchline/go/bin or PATH: go install github.com/Shopify/toxiproxy/v2/cmd/server@v2.5.0';

export interface FaultyNetwork {
  /** Where the server is, by way of the faults. */
  readonly url: string;
  /** Adds a fault until `heal`; attributes as in toxiproxy's README, by default on what the server sends. */
  poison(type: string, attributes: Record<string, number>, stream?: 'upstream' | 'downstream'): Promise<void>;
  heal(): Promise<void>;
  /** Refuses and cuts connections, or no longer. */
  setDown(isDown: boolean): Promise<void>;
  close(): Promise<void>;
}

/** A network to `127.0.0.1:port` with faults on demand. */
export async function startToxiproxy(port: number): Promise<FaultyNetwork> {
  if (binary === undefined) throw new Error(String(withoutToxiproxy));
  const api = `http://127.0.0.1:${await freePort()}`;
  const server = spawn(binary, ['-host', '127.0.0.1', '-port', new URL(api).port], { stdio: 'ignore' });
  await untilReady(`${api}/version`, () => server.exitCode !== null);
  const call = async (method: string, path: string, body?: object): Promise<{ listen: string }> => {
    const reply = await fetch(api + path, { method, ...(body ? { body: JSON.stringify(body) } : {}) });
    const text = await reply.text();
    if (!reply.ok) throw new Error(`toxiproxy: ${method} ${path} was answered with ${reply.status}: ${text}`);
    return text === '' ? { listen: '' } : JSON.parse(text);
  };
  const { listen } = await call('POST', '/proxies', {
    name: 's3',
    listen: '127.0.0.1:0',
    upstream: `127.0.0.1:${port}`,
    enabled: true,
  });
  return {
    url: `http://${listen}`,
    async poison(type, attributes, stream = 'downstream') {
      await call('POST', '/proxies/s3/toxics', { name: `${type}-${stream}`, type, stream, attributes });
    },
    async heal() {
      await call('POST', '/reset');
    },
    async setDown(isDown) {
      await call('POST', '/proxies/s3', { listen, upstream: `127.0.0.1:${port}`, enabled: !isDown });
    },
    async close() {
      server.kill('SIGKILL');
      await once(server, 'exit');
    },
  };
}
