import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { childEnvironment } from '../../config.ts';
import { BatchlineError, messageOf } from '../../errors.ts';

export const engineNames = ['docker', 'podman'] as const;
export type EngineName = (typeof engineNames)[number];

export interface CallOptions {
  /** 60 s by default. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
  /** Variables of the program itself. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Whether what it writes is shown on stderr, instead of being returned. */
  readonly shown?: boolean;
}

/** `docker` or `podman`, by the program of that name: it knows contexts, DOCKER_HOST and logins. */
export class ContainerEngine {
  readonly name: EngineName;

  constructor(name: EngineName) {
    this.name = name;
  }

  /**
   * Runs the program to its end.
   * @returns what it wrote, trimmed
   * @throws Error with what it wrote to stderr; the signal's reason
   */
  async call(args: readonly string[], options: CallOptions = {}): Promise<string> {
    const { timeoutMs = 60_000, signal, environment = {}, shown = false } = options;
    signal?.throwIfAborted();
    const child = this.#spawn(args, { environment, stdout: shown ? 2 : 'pipe' });
    const stdout = textOf(child.stdout);
    const stderr = textOf(child.stderr);
    const limit = AbortSignal.timeout(timeoutMs);
    const kill = (): boolean => child.kill();
    const ending = signal ? AbortSignal.any([signal, limit]) : limit;
    ending.addEventListener('abort', kill, { once: true });
    const [status] = (await once(child, 'close').finally(() => ending.removeEventListener('abort', kill))) as [number];
    signal?.throwIfAborted();
    if (limit.aborted) throw new Error(`${this.name} ${args[0]} did not end within ${timeoutMs / 1000} s`);
    if (status !== 0) throw new Error(stderr().trim() || `${this.name} ${args[0]} ended with status ${status}`);
    return stdout().trim();
  }

  /** Starts the program, to be read while it runs. */
  follow(args: readonly string[]): ChildProcess {
    return this.#spawn(args, { environment: {}, stdout: 'pipe' });
  }

  /** Detached: Ctrl-C in a terminal is for us alone, and we end containers in our own time. */
  #spawn(
    args: readonly string[],
    { environment, stdout }: { environment: Readonly<Record<string, string>>; stdout: 'pipe' | 2 },
  ): ChildProcess {
    const stdio: ['ignore', 'pipe' | number, 'pipe'] = ['ignore', stdout, 'pipe'];
    return spawn(this.name, args, { stdio, detached: true, env: childEnvironment({ ...environment }) });
  }
}

/**
 * The engine of that name; without a name docker if it answers, else podman.
 * @throws BatchlineError INVALID_SETTING that says why each does not answer
 */
export async function findEngine(wanted?: EngineName): Promise<ContainerEngine> {
  const why: string[] = [];
  for (const name of wanted ? [wanted] : engineNames) {
    const engine = new ContainerEngine(name);
    try {
      await engine.call(['version'], { timeoutMs: 20_000 });
      return engine;
    } catch (error) {
      const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
      why.push(`${name}: ${missing ? 'not installed' : messageOf(error).split('\n').at(-1)}`);
    }
  }
  const subject = wanted
    ? `${wanted} is not installed or does not answer`
    : 'neither docker nor podman is installed and answers';
  const remedy = 'install and start one, or run the model without an image, or against a container that runs';
  throw new BatchlineError('INVALID_SETTING', `${subject} (${why.join('; ')}): ${remedy}`);
}

function textOf(stream: ChildProcess['stdout']): () => string {
  const pieces: Buffer[] = [];
  stream?.on('data', (piece: Buffer) => pieces.push(piece));
  return () => Buffer.concat(pieces).toString('utf8');
}
