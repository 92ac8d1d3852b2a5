import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { BatchlineError } from '../../errors.ts';
import type { BuildTool } from '../launch-file/launch.ts';
import type { ImageStep } from './image-step.ts';
import { findPublished, type ImageTarget, openTarget, publish } from './image-target.ts';
import { nameOf } from './registry.ts';
import { isRefusedLogin, isTransient, runTool, ToolError } from './tool-failure.ts';
import { type LoggedIn, withToolLogin } from './tool-login.ts';
import { pushProgress } from './tool-progress.ts';

const waitsMs = [1000, 3000, 9000];

export interface PushOptions {
  readonly step: ImageStep;
  readonly tool: BuildTool;
  readonly target: ImageTarget;
  readonly tag: string;
}

/**
 * Pushes the engine's image of that name, and is told its digest. Layers that the registry has are not sent again, so
 * that what was interrupted goes on; a login that is refused is fetched anew once.
 * @returns the reference by digest
 * @throws BatchlineError JOB_FAILED; the signal's reason
 */
export async function pushImage(options: PushOptions): Promise<string> {
  let { target } = options;
  let [tries, hasNewLogin] = [0, false];
  for (;;) {
    try {
      return await pushOnce({ ...options, target });
    } catch (error) {
      if (!(error instanceof ToolError)) throw error;
      if (isRefusedLogin(error.said) && !hasNewLogin) {
        hasNewLogin = true;
        target = await openTarget(options.step);
      } else {
        const waitMs = waitsMs[tries++];
        if (waitMs === undefined || !isTransient(error.said)) return await pushedByAnother(options, error);
        await pause(options.step, waitMs);
      }
    }
  }
}

async function pushOnce({ step, tool, target, tag }: PushOptions): Promise<string> {
  const { host, repository, login } = target;
  const name = nameOf(host, repository, tag);
  const digest = await withToolLogin({ tool, host, login, signal: step.signal }, async (loggedIn) => {
    const progress = pushProgress(step.tell, tool);
    try {
      return await runPush({ step, tool, name, loggedIn, onLine: progress.line });
    } finally {
      progress.end();
    }
  });
  const published = await findPublished(target, digest ?? tag);
  if (published === undefined) {
    throw new BatchlineError('JOB_FAILED', `${name}: ${tool} has pushed it, but the registry does not have it`, {
      retryable: true,
    });
  }
  return await publish(target, tag, published);
}

interface Push {
  readonly step: ImageStep;
  readonly tool: BuildTool;
  readonly name: string;
  readonly loggedIn: LoggedIn;
  readonly onLine: (line: string) => void;
}

/** What the tool says that the digest is. */
async function runPush({ step, tool, name, loggedIn, onLine }: Push): Promise<string | undefined> {
  const { environment, folder } = loggedIn;
  const args = pushArguments(tool, name, loggedIn);
  const said = await runTool(tool, args, { signal: step.signal, environment, onLine });
  const text = tool === 'docker' ? said : await readFile(digestFile(folder), 'utf8');
  return /\bsha256:[0-9a-f]{64}\b/.exec(tool === 'docker' ? (/digest: \S+/.exec(text)?.[0] ?? '') : text)?.[0];
}

export function pushArguments(
  tool: BuildTool,
  name: string,
  { args, folder }: Omit<LoggedIn, 'environment'>,
): string[] {
  if (tool === 'docker') return ['push', name];
  return ['push', ...args, '--format', 'v2s2', '--digestfile', digestFile(folder), name];
}

function digestFile(folder: string): string {
  return join(folder, 'digest');
}

/** Where tags cannot be moved, the second of two launches of the same content is refused, and may take the first's. */
async function pushedByAnother({ step, target, tag }: PushOptions, error: ToolError): Promise<string> {
  if (step.rebuild || !/immutable|already exists/i.test(error.said)) throw error;
  const published = await findPublished(target, tag);
  if (published === undefined) throw error;
  return await publish(target, tag, published);
}

async function pause({ signal }: ImageStep, waitMs: number): Promise<void> {
  await sleep(waitMs, undefined, { signal }).catch(() => signal.throwIfAborted());
}
