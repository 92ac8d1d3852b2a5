import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { before, describe, type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

// The image as SageMaker, or anyone, runs it: a real engine, the bundled model, the bundled outlets.

const image = 'batchline:test';
const base = 'node:24-bookworm-slim';
const flagCombo = resolve('examples/flag-combo/model');
const hardened = ['--read-only', '--cap-drop', 'ALL', '--security-opt', 'no-new-privileges'];
const hasEngine = spawnSync('docker', ['version'], { stdio: 'ignore' }).status === 0;

describe('the image', { skip: !hasEngine && 'no docker engine answers' }, () => {
  let outlets: Buffer;
  let ids: string[];

  before(async () => {
    outlets = await readFile('examples/flag-combo/data/outlets.jsonl');
    ids = lines(outlets).map((line) => (JSON.parse(line) as { outlet_id: string }).outlet_id);
    await docker('build', '--tag', image, '.');
  });

  async function scoresTheOutlets(url: string): Promise<void> {
    const reply = await post(url, outlets);
    assert.equal(reply.status, 200, reply.body.slice(0, 500));
    const records = lines(reply.body).map((line) => JSON.parse(line) as Record<string, unknown>);
    assert.deepEqual(
      records.map(({ id }) => id),
      ids,
    );
    assert.deepEqual(
      records.filter((record) => 'error' in record),
      [],
    );
  }

  const users: [who: string, options: string[]][] = [
    ['its own user', []],
    ['root', ['--user', '0']],
    ['any uid', ['--user', '12345:12345']],
  ];
  for (const [who, options] of users) {
    for (const args of [['serve'], []]) {
      test(`as ${who}, ${args.length > 0 ? 'with "serve"' : 'without an argument'}, scores the outlets and stops with 0`, async (t) => {
        const container = await start(t, [...hardened, ...options], args);
        await scoresTheOutlets(await container.ready());
        await container.stop();
        assert.equal(await container.exitCode(), 0);
      });
    }
  }

  test('writes nothing, even where it may', async (t) => {
    const container = await start(t, ['--user', '0']);
    await scoresTheOutlets(await container.ready());
    await container.stop();
    // The engine itself makes the mount point.
    assert.deepEqual(
      lines(await docker('diff', container.id)).filter((line) => !/^[AC] \/opt(\/ml(\/model)?)?$/.test(line)),
      [],
    );
  });

  test('listens where SAGEMAKER_BIND_TO_PORT says', async (t) => {
    const container = await start(t, [...hardened, '--env', 'SAGEMAKER_BIND_TO_PORT=9999'], ['serve'], 9999);
    await scoresTheOutlets(await container.ready());
  });

  test('is healthy without a network', async (t) => {
    const container = await start(t, [...hardened, '--network', 'none', '--health-interval', '1s'], ['serve'], null);
    await until('healthy', async () => (await container.inspect('{{.State.Health.Status}}')) === 'healthy');
  });

  test('answers within 512 MB of memory', async (t) => {
    const container = await start(t, [...hardened, '--memory', '512m', '--memory-swap', '512m']);
    const url = await container.ready();
    await Promise.all(Array.from({ length: 40 }, () => scoresTheOutlets(url)));
    assert.equal(await container.inspect('{{.State.OOMKilled}} {{.State.Running}}'), 'false true');
  });

  test('finishes a request that is under way when it is told to stop', async (t) => {
    const container = await start(t, hardened);
    const url = await container.ready();
    const half = outlets.lastIndexOf(10, outlets.length / 2) + 1;
    let stopped: Promise<void> | undefined;
    const reply = await post(url, outlets.subarray(0, half), async () => {
      stopped = container.stop();
      await sleep(1500);
      return outlets.subarray(half);
    });
    assert.equal(reply.status, 200);
    assert.equal(lines(reply.body).length, ids.length);
    await stopped;
    assert.equal(await container.exitCode(), 0);
  });

  test("runs a user's own code", async (t) => {
    const model = await modelFolder(t);
    await mkdir(join(model, 'code'));
    await writeFile(
      join(model, 'code/inference.mjs'),
      'export const predict = (batch) => batch.map(({ a }) => ({ twice: 2 * a }));\n',
    );
    const container = await start(t, hardened, ['serve'], 8080, model);
    const reply = await post(await container.ready(), Buffer.from('{"a":1}\n{"a":2}\n'));
    assert.deepEqual([reply.status, reply.body], [200, '{"twice":2}\n{"twice":4}\n']);
  });

  test('ends with one message when there is no model', async (t) => {
    const container = await start(t, hardened, ['serve'], 8080, null);
    assert.equal(await container.exitCode(), 1);
    assert.match(await onlyMessage(container), /\/opt\/ml\/model/);
  });

  test('ends with one message that names the key when the model is malformed', async (t) => {
    const model = await modelFolder(t);
    const description = JSON.parse(await readFile(join(flagCombo, 'model.json'), 'utf8'));
    await writeFile(join(model, 'model.json'), JSON.stringify({ ...description, threshold: 7 }));
    const container = await start(t, hardened, ['serve'], 8080, model);
    assert.equal(await container.exitCode(), 1);
    assert.match(await onlyMessage(container), /model\.json: threshold: /);
  });

  test('holds node and the bundle, no package manager and no packages', async (t) => {
    const container = await start(t, ['--entrypoint', 'node'], ['--version']);
    const { stdout } = await run('sh', ['-c', 'docker export "$0" | tar -t', container.id], { maxBuffer: 1 << 26 });
    const files = lines(stdout);
    assert.ok(files.includes('opt/batchline/main.js'));
    assert.ok(files.includes('opt/batchline/THIRD-PARTY-LICENSES.txt'));
    assert.deepEqual(
      files.filter((file) => /node_modules|\bnpm\b|npx|corepack|yarn|esbuild|typescript|bin\/sh$|\.ts$/.test(file)),
      [],
    );
  });

  test('has "serve" on its path', async (t) => {
    const container = await start(t, [...hardened, '--entrypoint', 'serve'], []);
    await scoresTheOutlets(await container.ready());
  });

  test('is at most 25 MB larger than its base', async () => {
    const sizes = lines(await docker('image', 'inspect', '--format', '{{.Size}}', image, base)).map(Number);
    const above = ((sizes[0] ?? 0) - (sizes[1] ?? 0)) / 1e6;
    assert.ok(above <= 25, `${above} MB`);
  });

  test('is labelled', async () => {
    const { version, license } = JSON.parse(await readFile('package.json', 'utf8'));
    const labels = JSON.parse(await docker('image', 'inspect', '--format', '{{json .Config.Labels}}', image));
    assert.equal(labels['com.amazonaws.sagemaker.capabilities.accept-bind-to-port'], 'true');
    assert.equal(labels['org.opencontainers.image.title'], 'batchline');
    assert.equal(labels['org.opencontainers.image.licenses'], license);
    assert.equal(labels['org.opencontainers.image.version'], version, "the Dockerfile's VERSION is package.json's");
    assert.ok(labels['org.opencontainers.image.description']);
  });
});

const run = promisify(execFile);

async function docker(...args: string[]): Promise<string> {
  return (await run('docker', args, { maxBuffer: 1 << 24 })).stdout.trim();
}

interface Container {
  readonly id: string;
  /** Waits for 200 on /ping; the server's address. */
  ready(): Promise<string>;
  /** `docker stop`, with the 30 seconds that SageMaker gives. */
  stop(): Promise<void>;
  exitCode(): Promise<number>;
  inspect(format: string): Promise<string>;
  logs(): Promise<string>;
}

async function start(
  t: TestContext,
  options: string[],
  args: string[] = ['serve'],
  port: number | null = 8080,
  model: string | null = flagCombo,
): Promise<Container> {
  const mount = model === null ? [] : ['--volume', `${model}:/opt/ml/model:ro`];
  const publish = port === null ? [] : ['--publish', `127.0.0.1::${port}`];
  const id = await docker('run', '--detach', ...publish, ...mount, ...options, image, ...args);
  t.after(() => docker('rm', '--force', '--volumes', id));
  const container: Container = {
    id,
    ready: async () => {
      const url = `http://${await docker('port', id, `${port}/tcp`)}`;
      await until('/ping 200', async () => {
        if ((await container.inspect('{{.State.Running}}')) !== 'true')
          throw new Error(`ended: ${await container.logs()}`);
        return fetch(`${url}/ping`).then(
          ({ status }) => status === 200,
          () => false,
        );
      });
      return url;
    },
    stop: async () => void (await docker('stop', '--time', '30', id)),
    exitCode: async () => Number(await docker('wait', id)),
    inspect: (format) => docker('inspect', '--format', format, id),
    logs: async () => {
      const { stdout, stderr } = await run('docker', ['logs', id]);
      return stdout + stderr;
    },
  };
  return container;
}

async function until(what: string, check: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 30_000;
  while (!(await check())) {
    if (Date.now() > deadline) throw new Error(`no ${what} within 30 s`);
    await sleep(50);
  }
}

/** What the container said beside the log's information. */
async function onlyMessage(container: Container): Promise<string> {
  const said = lines(await container.logs()).filter((line) => !line.startsWith('{"level":30,'));
  assert.equal(said.length, 1, said.join('\n'));
  return String(said[0]);
}

/** Posts a body, or its first part now and, when `rest` has brought it, the other. */
function post(url: string, body: Buffer, rest?: () => Promise<Buffer>): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const outgoing = request(`${url}/invocations`, {
      method: 'POST',
      agent: false,
      headers: { 'content-type': 'application/jsonlines' },
    });
    outgoing.on('error', reject);
    outgoing.on('response', (reply) => {
      const chunks: Buffer[] = [];
      reply.on('data', (chunk: Buffer) => chunks.push(chunk));
      reply.on('end', () => resolve({ status: reply.statusCode ?? 0, body: Buffer.concat(chunks).toString() }));
      reply.on('error', reject);
    });
    if (!rest) outgoing.end(body);
    else outgoing.write(body, () => void rest().then((more) => outgoing.end(more), reject));
  });
}

/** A folder that any user of the container may read. */
async function modelFolder(t: TestContext): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'batchline-image-'));
  t.after(() => rm(dir, { recursive: true }));
  await run('chmod', ['755', dir]);
  return dir;
}

function lines(text: string | Buffer): string[] {
  return text.toString().split('\n').filter(Boolean);
}
