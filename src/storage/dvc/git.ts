import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { buffer, text } from 'node:stream/consumers';
import { childEnvironment } from '../../config.ts';
import { messageOf } from '../../errors.ts';
import { dvcError } from './dvc-error.ts';

export interface GitOptions {
  /** Where git runs. */
  readonly folder: string;
  readonly signal: AbortSignal;
  readonly input?: string;
}

/** Of the repository of the folder, whatever a hook has set; without pagers, prompts, translations and locks. */
const environment = {
  GIT_DIR: undefined,
  GIT_WORK_TREE: undefined,
  GIT_INDEX_FILE: undefined,
  GIT_OPTIONAL_LOCKS: '0',
  GIT_TERMINAL_PROMPT: '0',
  LC_ALL: 'C',
};

/**
 * Runs git, without a shell, to its end.
 * @returns what it wrote
 * @throws BatchlineError INVALID_INPUT with what it wrote to stderr; the signal's reason
 */
export async function git(args: readonly string[], { folder, signal, input = '' }: GitOptions): Promise<Buffer> {
  signal.throwIfAborted();
  const child = spawn('git', [...args], {
    cwd: folder,
    env: childEnvironment(environment),
    signal,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  child.stdin.on('error', () => undefined); // it ended before it had read all; its status says why
  child.stdin.end(input);
  try {
    const [stdout, stderr, [status]] = await Promise.all([
      buffer(child.stdout),
      text(child.stderr),
      once(child, 'close') as Promise<[number | null]>,
    ]);
    if (status === 0) return stdout;
    throw new Error(stderr.trim() || `it ended with status ${status}`);
  } catch (error) {
    signal.throwIfAborted();
    const isMissing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    const why = isMissing ? 'git is not installed, or the folder is gone' : messageOf(error);
    throw dvcError(`${folder}: git ${args[0]} failed: ${why}`, error);
  }
}
