import { chmod, readFile, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import type { TestContext } from 'node:test';
import { temporaryFolder } from '../../support/temporary-folder.ts';

export interface StubEngine {
  /** Each call's arguments. */
  calls(): Promise<string[]>;
  /** What is in the file given by --env-file. */
  envFile(): Promise<string>;
}

/**
 * Puts programs of these names first in PATH while the test runs, written in sh: what a real engine does is seen in
 * test/peers; here, that its answers are understood, even those that a real one gives rarely.
 */
export async function stubEngine(t: TestContext, programs: Readonly<Record<string, string>>): Promise<StubEngine> {
  const folder = await temporaryFolder(t);
  for (const [name, body] of Object.entries(programs)) {
    const file = join(folder, name);
    await writeFile(file, `#!/bin/sh\ncd ${folder}\necho "$@" >> calls\n${body}\n`);
    await chmod(file, 0o755);
  }
  const before = process.env['PATH'];
  // /bin for sh's own cat and sleep, and nothing else: no engine of this machine.
  process.env['PATH'] = [folder, await plainTools(t)].join(delimiter);
  t.after(() => (process.env['PATH'] = before));
  return {
    calls: async () => (await readFile(join(folder, 'calls'), 'utf8')).trimEnd().split('\n'),
    envFile: () => readFile(join(folder, 'env'), 'utf8'),
  };
}

async function plainTools(t: TestContext): Promise<string> {
  const folder = await temporaryFolder(t);
  for (const name of ['cat', 'sleep', 'cp']) {
    const file = join(folder, name);
    await writeFile(file, `#!/bin/sh\nPATH=/usr/bin:/bin exec ${name} "$@"\n`);
    await chmod(file, 0o755);
  }
  return folder;
}

/** A docker whose container listens on `port` and has written `log`; `over` replaces what it does for a command. */
export function dockerWith(port: string, over: Readonly<Record<string, string>> = {}): string {
  const commands = {
    version: 'true',
    ps: 'true',
    'image inspect': 'echo null',
    run: 'while [ "$1" != --env-file ]; do shift; done; cp "$2" env',
    port: `echo 127.0.0.1:${port}`,
    'logs --follow': 'echo begun; while [ -e calls ] && [ ! -e stopped ]; do sleep 0.05; done; echo ended',
    wait: 'while [ -e calls ] && [ ! -e stopped ]; do sleep 0.05; done; cat stopped',
    stop: 'echo 143 > stopped',
    inspect: 'echo false',
    rm: 'true',
    ...over,
  };
  const cases = Object.entries(commands).map(([command, body]) => `"${command}"*) ${body} ;;`);
  return `case "$*" in\n${cases.join('\n')}\n*) echo "unexpected: $*" >&2; exit 1 ;;\nesac`;
}
