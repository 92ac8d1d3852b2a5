import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { chmod, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { type Stage, setStage, withoutStage } from './launch/stage.ts';
import { registryLogin, startRegistry, withoutRegistry } from './support/docker-registry.ts';

// The whole way of an image: built here, pushed to a registry with ECR's kind of login, pulled by digest by `batchline
// local` and run as the model's container.

const run = promisify(execFile);
const withoutEngine =
  spawnSync('docker', ['version'], { stdio: 'ignore' }).status === 0 ? false : 'no docker engine answers';

describe('launch, with the image built and pulled', { skip: withoutEngine || withoutRegistry || withoutStage }, () => {
  let stage: Stage;
  let registry: Awaited<ReturnType<typeof startRegistry>>;
  /** Where a docker stands in front of the real one and writes its arguments down. */
  let bin: string;
  let expected: string;

  before(async () => {
    registry = await startRegistry();
    const [username = '', password = ''] = registryLogin.split(/:(.*)/s);
    // As whoever runs `batchline local` has logged in.
    const auths = { [registry.host]: { auth: Buffer.from(`${username}:${password}`).toString('base64') } };
    const engine = { DOCKER_HOST: process.env['DOCKER_HOST'] ?? '', PATH: process.env['PATH'] ?? '' };
    stage = await setStage([], async (folder) => {
      await mkdir(join(folder, 'local-docker'));
      await writeFile(join(folder, 'local-docker/config.json'), JSON.stringify({ auths }));
      return { ...engine, DOCKER_CONFIG: join(folder, 'local-docker') };
    });
    bin = await recordingDocker(stage.folder);
    await stage.put('outlets/outlets.jsonl', await readFile('examples/flag-combo/data/outlets.jsonl'));
    const output = join(stage.folder, 'transformed');
    const model = ['--model', 'examples/flag-combo/model', '--content-type', 'application/json', '--no-report'];
    const files = ['--input', 'examples/flag-combo/data/outlets.jsonl', '--output', output];
    await run(process.execPath, ['src/cli/main.ts', 'transform', ...files, ...model]);
    expected = await readFile(join(output, 'outlets.jsonl.out'), 'utf8');
  });
  after(async () => {
    await stage?.close();
    await registry?.close();
  });

  test('from the checkout to the same bytes as a local run; then nothing but the job', async (t) => {
    // A repository of this name is nobody's own: `batchline local` runs it by docker.
    // An image of its own, which nobody else runs at the same time, because it is removed on the way.
    const settings = [
      `image.registry=${registry.host}`,
      'image.repository=team/scorer',
      'image.buildArgs.VERSION=launched',
    ];
    const file = await stage.launchFile({ output: 'scored/' });
    const args = ['--file', file, '--json', '--debug', ...settings.flatMap((each) => ['--set', each])];
    const environment = {
      PATH: [bin, process.env['PATH']].join(delimiter),
      DOCKER_HOST: process.env['DOCKER_HOST'] ?? '',
      DOCKER_BUILDKIT: '1',
      TMPDIR: join(stage.folder, 'tmp'),
      BATCHLINE_LOG_LEVEL: 'debug',
    };
    await mkdir(environment.TMPDIR);

    const image = await stage.launch(['image', ...args], { environment });
    assert.equal(image.status, 0, image.stdout + image.stderr);
    const { reference, built, pushed } = image.event('image') as never as Record<string, unknown>;
    assert.match(String(reference), new RegExp(`^${registry.host}/team/scorer@sha256:[0-9a-f]{64}$`));
    assert.deepEqual({ built, pushed }, { built: true, pushed: true });
    await forget(String(reference));

    const first = await stage.launch([...args, '--poll', '1'], { environment });
    assert.equal(first.status, 0, first.stdout + first.stderr);
    assert.deepEqual(made(first), { reference, built: false, pushed: false, uploaded: true, created: true });
    assert.equal((await stage.objectsBelow('scored/'))['outlets.jsonl.out'], expected);
    assert.ok(await isInEngine(String(reference)), 'batchline local pulled the image by its digest');

    const second = await stage.launch([...args, '--poll', '1'], { environment });
    assert.equal(second.status, 0, second.stdout + second.stderr);
    assert.deepEqual(made(second), { reference, built: false, pushed: false, uploaded: false, created: false });
    const seconds = (Date.parse(String(second.event('job')?.['time'])) - second.startedAt) / 1000;
    t.diagnostic(`CreateTransformJob of an unchanged image and model ${seconds.toFixed(1)} s after the start`);

    const said = [image, first, second].map(({ stdout, stderr }) => stdout + stderr).join('\n');
    assert.match(said, /docker --config \S+ login|docker login/, 'arguments are told at debug level');
    const [, password = ''] = registryLogin.split(/:(.*)/s);
    const secrets = [
      password,
      Buffer.from(registryLogin).toString('base64'),
      stage.environment['AWS_SECRET_ACCESS_KEY'] ?? '',
    ];
    for (const secret of secrets) {
      assert.ok(secret.length > 8);
      assert.equal(said.includes(secret), false, 'in what it said');
      assert.equal(
        (await readFile(join(bin, 'arguments'), 'utf8')).includes(secret),
        false,
        'in the arguments of docker',
      );
      assert.deepEqual(await filesWith(secret, environment.TMPDIR), []);
      assert.deepEqual(await filesWith(secret, join(stage.folder, '.docker')), []);
    }
  });
});

function made({ event }: Awaited<ReturnType<Stage['launch']>>) {
  const { reference, built, pushed } = event('image') ?? ({} as Record<string, unknown>);
  return { reference, built, pushed, uploaded: event('archive')?.['uploaded'], created: event('model')?.['created'] };
}

async function recordingDocker(folder: string): Promise<string> {
  const bin = join(folder, 'bin');
  const { stdout } = await run('which', ['docker']);
  await mkdir(bin);
  await writeFile(join(bin, 'docker'), `#!/bin/sh\necho "$@" >> '${bin}/arguments'\nexec ${stdout.trim()} "$@"\n`);
  await chmod(join(bin, 'docker'), 0o755);
  return bin;
}

/** Removes every name of the image, so that it is there only if it is pulled. */
async function forget(reference: string): Promise<void> {
  const { stdout } = await run('docker', ['image', 'inspect', '--format', '{{.Id}}', reference]);
  await run('docker', ['rmi', '--force', stdout.trim()]);
  assert.equal(await isInEngine(reference), false);
}

async function isInEngine(reference: string): Promise<boolean> {
  return await run('docker', ['image', 'inspect', reference]).then(
    () => true,
    () => false,
  );
}

async function filesWith(secret: string, folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const contents = await Promise.all(files.map(async (file) => [file, await readFile(file, 'latin1')] as const));
  return contents.filter(([, content]) => content.includes(secret)).map(([file]) => file);
}
