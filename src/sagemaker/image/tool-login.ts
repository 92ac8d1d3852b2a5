import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BuildTool } from '../launch-file/launch.ts';
import { isLocalHost } from './image-reference.ts';
import type { RegistryLogin } from './registry.ts';
import { runTool } from './tool-failure.ts';

export interface LoggedIn {
  /** Of the tool's calls that need the login. */
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** A folder for files that go away with the login. */
  readonly folder: string;
}

export interface ToolLogin {
  readonly tool: BuildTool;
  readonly host: string;
  readonly login: RegistryLogin;
  readonly signal: AbortSignal;
}

/** Logs the tool in, by stdin, into a folder that only this user can read and that is gone when `use` has ended. */
export async function withToolLogin<T>(options: ToolLogin, use: (loggedIn: LoggedIn) => Promise<T>): Promise<T> {
  const { tool, host, login, signal } = options;
  const folder = await mkdtemp(join(tmpdir(), 'batchline-login-')); // 0700
  try {
    const environment = tool === 'docker' ? await dockerConfig(folder, host, signal) : {};
    const loggedIn = { args: loginFile(tool, host, folder), environment, folder };
    await runTool(tool, loginArguments(loggedIn, login.username, host), {
      signal,
      environment: loggedIn.environment,
      input: login.password,
    });
    return await use(loggedIn);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

export function loginArguments({ args }: Pick<LoggedIn, 'args'>, username: string, host: string): string[] {
  return ['login', ...args, '--username', username, '--password-stdin', host];
}

/**
 * Docker keeps logins in its configuration, so it gets another one for a while. That hides which engine it speaks to,
 * where this is a matter of a context; hence DOCKER_HOST.
 */
async function dockerConfig(folder: string, host: string, signal: AbortSignal): Promise<Record<string, string>> {
  // In a configuration without any entry, docker would look for a keychain of the machine, where the token would stay.
  await writeFile(join(folder, 'config.json'), JSON.stringify({ auths: { [host]: {} } }), { mode: 0o600 });
  const engine = await currentEngine(signal);
  return { DOCKER_CONFIG: folder, ...(engine === '' ? {} : { DOCKER_HOST: engine }) };
}

/** Of the current context, or DOCKER_HOST; empty where docker is too old for contexts. */
async function currentEngine(signal: AbortSignal): Promise<string> {
  try {
    return await runTool('docker', ['context', 'inspect', '--format', '{{.Endpoints.docker.Host}}'], { signal });
  } catch {
    signal.throwIfAborted();
    return '';
  }
}

/** Where podman and buildah keep the login of a call; docker's is named by its environment. */
export function loginFile(tool: BuildTool, host: string, folder: string): string[] {
  if (tool === 'docker') return [];
  return ['--authfile', join(folder, 'auth.json'), ...(isLocalHost(host) ? ['--tls-verify=false'] : [])];
}
