import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { told } from '../../calls.ts';
import { childEnvironment } from '../../config.ts';
import { LastLines } from './last-lines.ts';
import { LogLines } from './log-lines.ts';

export interface ProgramOptions {
  /** As long as it takes by default. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
  /** Variables of the program itself; undefined removes one of ours. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** Whether what it writes is shown on stderr, instead of being returned. */
  readonly shown?: boolean;
  /** What it reads on stdin; nothing by default. */
  readonly input?: string;
  /** Told each line that it writes, on stdout or stderr, unless `shown`. */
  readonly onLine?: (line: string) => void;
}

const keptErrorBytes = 64 * 1024;
/** How long a program has to end by itself when it is told to. */
const killAfterMs = 10_000;

/**
 * Runs a program of the PATH to its end, without a shell.
 * @returns what it wrote, trimmed
 * @throws Error with what it wrote to stderr, ENOENT where it is not installed; the signal's reason
 */
export async function callProgram(
  program: string,
  args: readonly string[],
  options: ProgramOptions = {},
): Promise<string> {
  return await told([program, ...args].join(' '), () => run(program, args, options));
}

async function run(program: string, args: readonly string[], options: ProgramOptions): Promise<string> {
  const { timeoutMs, signal, onLine } = options;
  signal?.throwIfAborted();
  const child = start(program, args, options);
  const stdout = textOf(child.stdout);
  const stderr = new LastLines(keptErrorBytes);
  child.stderr?.on('data', (piece: Buffer) => stderr.push(piece));
  if (onLine) for (const stream of [child.stdout, child.stderr]) tellLines(stream, onLine);
  const limit = timeoutMs === undefined ? undefined : AbortSignal.timeout(timeoutMs);
  const status = await statusOf(child, AbortSignal.any([signal, limit].filter((one) => one !== undefined)));
  signal?.throwIfAborted();
  if (limit?.aborted) throw new Error(`${program} ${args[0]} did not end within ${(timeoutMs ?? 0) / 1000} s`);
  if (status !== 0) throw new Error(stderr.text(1000).trim() || `${program} ${args[0]} ended with status ${status}`);
  return stdout().trim();
}

/** Detached: Ctrl-C in a terminal is for us alone, and we end what we started in our own time. */
function start(
  program: string,
  args: readonly string[],
  { environment = {}, shown = false, input }: ProgramOptions,
): ChildProcess {
  const child = spawn(program, args, {
    stdio: [input === undefined ? 'ignore' : 'pipe', shown ? 2 : 'pipe', 'pipe'],
    detached: true,
    env: childEnvironment({ ...environment }),
  });
  child.stdin?.on('error', () => undefined); // it ended without reading; its status says why
  child.stdin?.end(input);
  return child;
}

async function statusOf(child: ChildProcess, ending: AbortSignal): Promise<number | null> {
  let killing: NodeJS.Timeout | undefined;
  const kill = (): void => {
    child.kill();
    killing = setTimeout(() => child.kill('SIGKILL'), killAfterMs);
  };
  ending.addEventListener('abort', kill, { once: true });
  try {
    const [status] = (await once(child, 'close')) as [number | null];
    return status;
  } finally {
    ending.removeEventListener('abort', kill);
    clearTimeout(killing);
  }
}

function tellLines(stream: ChildProcess['stdout'], onLine: (line: string) => void): void {
  const lines = new LogLines(onLine);
  stream?.on('data', (piece: Buffer) => lines.push(piece));
  stream?.on('end', () => lines.end());
}

function textOf(stream: ChildProcess['stdout']): () => string {
  const pieces: Buffer[] = [];
  stream?.on('data', (piece: Buffer) => pieces.push(piece));
  return () => Buffer.concat(pieces).toString('utf8');
}
