import { type ChildProcess, spawn } from 'node:child_process';
import { childEnvironment } from '../../config.ts';
import { BatchlineError, messageOf } from '../../errors.ts';
import { callProgram, type ProgramOptions } from './call-program.ts';

export const engineNames = ['docker', 'podman'] as const;
export type EngineName = (typeof engineNames)[number];

/** `docker` or `podman`, by the program of that name: it knows contexts, DOCKER_HOST and logins. */
export class ContainerEngine {
  readonly name: EngineName;

  constructor(name: EngineName) {
    this.name = name;
  }

  /** As `callProgram`; within 60 s by default. */
  async call(args: readonly string[], options: ProgramOptions = {}): Promise<string> {
    return await callProgram(this.name, args, { timeoutMs: 60_000, ...options });
  }

  /** Starts the program, to be read while it runs; detached, as `callProgram` does. */
  follow(args: readonly string[]): ChildProcess {
    return spawn(this.name, args, { stdio: ['ignore', 'pipe', 'pipe'], detached: true, env: childEnvironment({}) });
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
