import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { TestContext } from 'node:test';
import { type FetchedDvc, fetchDvc } from '../../../src/storage/dvc/fetch-dvc.ts';
import type { DvcOptions } from '../../../src/storage/dvc/resolve-dvc.ts';
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

// Made by DVC 3.67.
export const labels = 'good\t1\nbad\t0\n';
export const labelsMd5 = '035cc227d0112a8d60c34c77f7cec025';
export const parts = ['part-1.jsonl', 'part-2.jsonl', 'part-3.jsonl', 'sub/h.txt'];
export const contents = [1, 2, 3].map((n) => `{"id":${n},"text":"review ${n}"}\n`).concat('hello\n');
export const listing =
  '[{"md5": "507af5c2d4a4646b1838fb0a8d6557e5", "relpath": "part-1.jsonl"}, {"md5": "ab65a9948afca547d8580a4d3e358780", "relpath": "part-2.jsonl"}, {"md5": "a92c795ef35e00893d9a11f92030eeab", "relpath": "part-3.jsonl"}, {"md5": "b1946ac92492d2347c6235b4d2611184", "relpath": "sub/h.txt"}]';
export const listingName = '720b238551824b1fba8a0417ceab9c1a';

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

export async function withLabels(t: TestContext): Promise<DvcTestProject> {
  const project = await dvcProject(t, { 'labels.tsv.dvc': dvcFile('labels.tsv', labelsMd5, 13) });
  assert.equal(await project.putObject(labels), labelsMd5);
  return project;
}

export async function withFolder(t: TestContext): Promise<DvcTestProject> {
  const text = `${dvcFile('data', `${listingName}.dir`, 87)}  nfiles: 4\n`;
  const project = await dvcProject(t, { 'data.dvc': text });
  for (const content of contents) await project.putObject(content);
  assert.equal(await project.putObject(listing, '.dir'), listingName);
  return project;
}

export async function fetchIn(
  t: TestContext,
  { folder: cwd }: DvcTestProject,
  uri: string,
): Promise<{ fetched: FetchedDvc; options: DvcOptions }> {
  const options = { cwd, cache: await temporaryFolder(t), signal: AbortSignal.timeout(60_000) };
  return { fetched: await fetchDvc(uri, options), options };
}

export function dvcFile(path: string, md5: string, size?: number): string {
  return `outs:\n- md5: ${md5}\n  hash: md5\n  path: ${path}\n${size === undefined ? '' : `  size: ${size}\n`}`;
}

export async function filesBelow(folder: string): Promise<Record<string, string>> {
  const found = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = found.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const texts = await Promise.all(
    paths.map(async (path) => [path.slice(folder.length + 1), await readFile(path, 'utf8')]),
  );
  return Object.fromEntries(texts.sort());
}

export function md5Of(content: string | Buffer): string {
  return createHash('md5').update(content).digest('hex');
}
