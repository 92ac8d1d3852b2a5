import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { type StubContainer, type StubRequest, stubContainer } from '../transform/stub-container.ts';
import { transform } from './command.ts';

/** Where a job's objects are, seen from behind batchline's back. */
export interface Place {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Outputs that are visible, by the names of their inputs, with their content. */
  outputs(): Promise<Record<string, string>>;
  /** Half-written files, or unfinished uploads. */
  leftovers(): Promise<string[]>;
}

const atOnce = 2;
const settings = ['--max-payload-in-mb', '1', '--max-concurrent-transforms', String(atOnce), '--no-report'];

/** A container that takes its time, so that a kill comes in between. */
export function slowContainer(t: TestContext, milliseconds: number): Promise<StubContainer> {
  const invocations = async ({ body, response }: StubRequest): Promise<void> => {
    await sleep(milliseconds);
    response.end(body);
  };
  return stubContainer(t, { invocations });
}

/**
 * Kills a job after so many requests, and resumes it: only the objects that were under way are scored again, the outputs
 * are as of a run that nobody disturbed, and nothing else is left.
 */
export async function killAndResume(
  t: TestContext,
  { place, inputs, afterRequests }: { place: Place; inputs: Readonly<Record<string, string>>; afterRequests: number },
): Promise<void> {
  const container = await slowContainer(t, 15);
  const args = [...place.args, '--url', container.url.href, ...settings];
  const killed = await transform(t, args, {
    env: place.env,
    during: async (child) => {
      while (container.requests.length < afterRequests && child.exitCode === null) await sleep(1);
      child.kill('SIGKILL');
    },
  });
  assert.equal(killed.status, null, `it ended before it was killed: ${killed.stderr}`);
  assert.deepEqual(
    killed.left.filter((name) => name.startsWith('process')),
    [],
  );
  await sleep(200); // what was on its way to S3 arrives, or does not
  const there = await place.outputs();
  expectWhole(there, inputs);
  const begun = objectsOf(container);
  const lost = begun.filter((name) => there[name] === undefined);
  assert.ok(lost.length <= atOnce, `${lost.length} objects were lost, ${atOnce} at most were under way`);
  const before = container.requests.length;
  const resumed = await transform(t, [...args, '--resume'], { env: place.env });
  assert.equal(resumed.status, 0, resumed.stderr);
  assert.deepEqual(await place.outputs(), inputs); // the container echoes
  const expected = Object.keys(inputs).filter((name) => there[name] === undefined);
  assert.deepEqual(objectsOf(container, before), expected.sort());
  assert.deepEqual(await place.leftovers(), []);
  assert.deepEqual(resumed.left, []);
}

/** Ctrl-C, and then the same command with --resume, as it says. */
export async function interruptAndResume(
  t: TestContext,
  { place, inputs, afterRequests }: { place: Place; inputs: Readonly<Record<string, string>>; afterRequests: number },
): Promise<void> {
  const container = await slowContainer(t, 15);
  const args = [...place.args, '--url', container.url.href, ...settings];
  let interruptedAt = 0;
  const stopped = await transform(t, args, {
    env: place.env,
    during: async (child) => {
      while (container.requests.length < afterRequests && child.exitCode === null) await sleep(1);
      interruptedAt = performance.now();
      child.kill('SIGINT');
    },
  });
  assert.ok(performance.now() - interruptedAt < 5000, `it took ${performance.now() - interruptedAt} ms`);
  assert.equal(stopped.status, 130, stopped.stderr);
  assert.match(stopped.stderr, /^Stopped: \d+ of \d+ objects scored$/m);
  assert.match(stopped.stderr, /the same command with --resume/);
  assert.deepEqual(stopped.left, []);
  assert.deepEqual(await place.leftovers(), []);
  expectWhole(await place.outputs(), inputs);
  const resumed = await transform(t, [...args, '--resume'], { env: place.env });
  assert.equal(resumed.status, 0, resumed.stderr);
  assert.deepEqual(await place.outputs(), inputs);
}

/** Names of the objects that were asked about, from a request on. */
export function objectsOf({ requests }: StubContainer, from = 0): string[] {
  const names = requests.slice(from).map(({ headers }) => String(headers['x-amzn-sagemaker-input-object']));
  return [...new Set(names.map((name) => name.slice(name.lastIndexOf('/') + 1)))].sort();
}

function expectWhole(outputs: Readonly<Record<string, string>>, inputs: Readonly<Record<string, string>>): void {
  for (const [name, content] of Object.entries(outputs)) {
    assert.ok(content === inputs[name], `the output of ${name} has ${content.length} bytes and is not whole`);
  }
}
