import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ContainerEngine, findEngine } from '../../../src/transform/containers/engine.ts';
import { stubEngine } from './stub-engine.ts';

const answers = 'echo 20.10';
const daemonIsOff = 'echo "Cannot connect to the Docker daemon" >&2; exit 1';

describe('the engine', () => {
  const cases: [
    name: string,
    programs: Record<string, string>,
    wanted: 'podman' | undefined,
    found: string | RegExp,
  ][] = [
    ['is docker', { docker: answers, podman: answers }, undefined, 'docker'],
    ['is podman where docker is not installed', { podman: answers }, undefined, 'podman'],
    ['is podman where docker does not answer', { docker: daemonIsOff, podman: answers }, undefined, 'podman'],
    ['is the one that is wanted', { docker: answers, podman: answers }, 'podman', 'podman'],
    [
      'is not there',
      { docker: daemonIsOff },
      undefined,
      /^neither docker nor podman is installed and answers \(docker: Cannot connect to the Docker daemon; podman: not installed\): install/,
    ],
    [
      'that is wanted is not there',
      { docker: answers },
      'podman',
      /^podman is not installed or does not answer \(podman: not installed\): install/,
    ],
  ];
  for (const [name, programs, wanted, found] of cases) {
    test(name, async (t) => {
      await stubEngine(t, programs);
      if (typeof found === 'string') assert.equal((await findEngine(wanted)).name, found);
      else await assert.rejects(findEngine(wanted), { code: 'INVALID_SETTING', message: found });
    });
  }
});

describe('a call', () => {
  test('has what was written, or the end’s status', async (t) => {
    await stubEngine(t, { docker: 'echo "$1 $MORE"; exit $2' });
    const engine = new ContainerEngine('docker');
    assert.equal(await engine.call(['ps'], { environment: { MORE: 'x' } }), 'ps x');
    await assert.rejects(engine.call(['ps', '7']), { message: 'docker ps ended with status 7' });
  });

  test('ends in time', async (t) => {
    await stubEngine(t, { docker: 'exec sleep 60' });
    const engine = new ContainerEngine('docker');
    await assert.rejects(engine.call(['info'], { timeoutMs: 200 }), {
      message: 'docker info did not end within 0.2 s',
    });
  });

  test('ends with its signal', async (t) => {
    await stubEngine(t, { docker: 'exec sleep 60' });
    const stop = new AbortController();
    const called = new ContainerEngine('docker').call(['pull', 'x'], { signal: stop.signal });
    setTimeout(() => stop.abort(new Error('enough')), 100);
    await assert.rejects(called, /^Error: enough$/);
  });
});
