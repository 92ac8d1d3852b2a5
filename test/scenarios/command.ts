import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { TestContext } from 'node:test';

export interface Ended {
  /** Null if a signal ended it. */
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly seconds: number;
  /** Temporary files, and processes, that outlive it. */
  readonly left: readonly string[];
}

export interface CommandOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** How long it may take before the test fails; 60 s by default. */
  readonly limitMs?: number;
  /** Told its process, once it runs. */
  readonly during?: (child: ChildProcess) => unknown;
  /** Instead of a folder of its own. */
  readonly tmpdir?: string;
}

/** `batchline transform` as its user runs it, with a temporary folder of its own, so that what it leaves is seen. */
export async function transform(
  t: TestContext,
  args: readonly string[],
  { env = {}, limitMs = 60_000, during, tmpdir: given }: CommandOptions = {},
): Promise<Ended> {
  const temporary = given ?? (await mkdtemp(join(tmpdir(), 'batchline-command-')));
  if (given === undefined) t.after(() => rm(temporary, { recursive: true, force: true }));
  const start = performance.now();
  const child = spawn(process.execPath, ['src/cli/main.ts', 'transform', ...args], {
    env: { ...process.env, TMPDIR: temporary, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const timer = setTimeout(() => child.kill('SIGKILL'), limitMs);
  const [stdout, stderr] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close'),
    during?.(child),
  ]);
  clearTimeout(timer);
  const seconds = (performance.now() - start) / 1000;
  assert.ok(seconds * 1000 < limitMs, `not done within ${limitMs / 1000} s: ${stderr}`);
  const left = [...(await readdir(temporary)), ...(await processesWith(`TMPDIR=${temporary}`))];
  return { status: child.exitCode, stdout, stderr: withoutProgress(stderr), seconds, left };
}

/** All files of a folder, the store's own and half-written ones too. */
export async function everyFileIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name).slice(folder.length + 1))
    .sort();
}

/** Those that were started with a variable, on systems that tell. */
async function processesWith(variable: string): Promise<string[]> {
  const numbers = (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name));
  const found = await Promise.all(
    numbers.map(async (number) => {
      const environment = await readFile(`/proc/${number}/environ`, 'latin1').catch(() => '');
      return environment.split('\0').includes(variable) ? [`process ${number}`] : [];
    }),
  );
  return found.flat();
}

function withoutProgress(stderr: string): string {
  return stderr.replace(/^\d+\/\d+ objects, .*\n/gm, '');
}
