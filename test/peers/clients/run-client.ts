import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

/** Where .ci/peers.sh puts what it installs. */
const peers = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'batchline');

export interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A program of one of the Python environments. */
export function peerProgram(venv: string, program = 'python'): string {
  return join(peers, `venv-${venv}`, 'bin', program);
}

/** Why a test of this environment is skipped, or false. */
export function lacks(venv: string): string | false {
  return existsSync(peerProgram(venv)) ? false : `no Python environment ${venv}: .ci/peers.sh makes it`;
}

/** Runs a program in an environment of its own until it ends, or the test does. */
export async function runPeer(
  t: { readonly signal?: AbortSignal },
  command: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<Ended> {
  const [program, ...args] = command;
  const child = spawn(program as string, args, {
    env: { PATH: process.env['PATH'] ?? '', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(t.signal ? { signal: t.signal } : {}),
  });
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), ended(child)]);
  return { status: child.exitCode, stdout, stderr };
}

/** Runs a Python client of this folder. @returns the object it reports. @throws Error with all it said if there is none */
export async function runClient<T>(
  t: { readonly signal?: AbortSignal },
  { venv, file, given, env }: { venv: string; file: string; given: object; env: Readonly<Record<string, string>> },
): Promise<T> {
  const program = fileURLToPath(new URL(file, import.meta.url));
  const { status, stdout, stderr } = await runPeer(t, [peerProgram(venv), program, JSON.stringify(given)], env);
  const report = /^REPORT (.*)$/m.exec(stdout)?.[1];
  if (status !== 0 || !report) throw new Error(`${file} ended with ${status}\n${stdout}\n${stderr}`);
  return JSON.parse(report) as T;
}

async function ended(child: ChildProcess): Promise<void> {
  await once(child, 'close');
}
