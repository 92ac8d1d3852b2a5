// node scripts/warm-compile-cache.ts BUNDLE MODEL [UID…]: starts the bundled server once with NODE_COMPILE_CACHE, so that
// later starts from the same path find their code compiled. The cache's folder is named for a uid: one for each given.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { cp, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { serverNodeOptions } from '../src/transform/containers/server-process.ts';

const [, , bundle = '', model = '', ...uids] = process.argv;
const cache = join(bundle, 'compile-cache');

const server = fork(join(bundle, 'main.js'), ['serve', '--model', model], {
  execArgv: [...serverNodeOptions], // V8 takes only what was compiled under the options it runs with
  env: { ...process.env, NODE_COMPILE_CACHE: cache, SAGEMAKER_BIND_TO_PORT: '0', BATCHLINE_LOG_LEVEL: 'warn' },
});
const [{ listening }] = (await once(server, 'message')) as [{ listening: number }];
while (!(await fetch(`http://127.0.0.1:${listening}/ping`)).ok) await sleep(50);
server.kill('SIGTERM');
const [status] = await once(server, 'exit');
if (status !== 0) throw new Error(`the server ended with status ${status}`);

const [own = ''] = await readdir(cache);
for (const uid of uids) {
  const folder = own.replace(/\d+$/, uid);
  if (folder !== own) await cp(join(cache, own), join(cache, folder), { recursive: true });
}
