import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { TestContext } from 'node:test';
import { temporaryFolder } from '../../support/temporary-folder.ts';

export interface DvcTestProject {
  readonly folder: string;
  /** A folder that is the remote "store". */
  readonly remote: string;
  write(files: Readonly<Record<string, string>>): Promise<void>;
  /** Puts an object onto the remote. @returns its md5 */
  putObject(content: string | Buffer, suffix?: string, layout?: string): Promise<string>;
  readonly git: { commit(): Promise<string>; run(...args: string[]): string };
}

/** A DVC project in git as DVC would write it, without DVC; its remote is a folder. */
export async function dvcProject(
  t: TestContext,
  files: Readonly<Record<string, string>> = {},
): Promise<DvcTestProject> {
  const [folder, remote] = await Promise.all([temporaryFolder(t), temporaryFolder(t)]);
  const run = (...args: string[]): string =>
    execFileSync('git', args, { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim();
  run('init', '-q');
  const write = async (more: Readonly<Record<string, string>>): Promise<void> => {
    for (const [name, text] of Object.entries(more)) await writeAt(join(folder, name), text);
  };
  await write({ '.dvc/config': `[core]\n    remote = store\n['remote "store"']\n    url = ${remote}\n`, ...files });
  return {
    folder,
    remote,
    write,
    async putObject(content, suffix = '', layout = 'files/md5/') {
      const md5 = createHash('md5').update(content).digest('hex');
      await writeAt(join(remote, layout, md5.slice(0, 2), md5.slice(2) + suffix), content);
      return md5;
    },
    git: {
      run,
      async commit() {
        run('add', '-A');
        run('-c', 'user.name=t', '-c', 'user.email=t@example.com', 'commit', '-qm', 'as it is');
        return run('rev-parse', 'HEAD');
      },
    },
  };
}

async function writeAt(path: string, content: string | Buffer): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, content);
}
