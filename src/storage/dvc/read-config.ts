import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { messageOf } from '../../errors.ts';
import { isAbsent } from '../file-errors.ts';
import { isUri } from '../open-store.ts';
import { dvcError } from './dvc-error.ts';
import { type ProjectFiles, placeOf } from './project-files.ts';

export type Section = Readonly<Record<string, string>>;

/** What `.dvc/config` and `.dvc/config.local` say. */
export interface DvcConfig {
  /** Of [core]. */
  readonly remote: string | undefined;
  /** The project's cache, absolute. */
  readonly cache: string;
  /** By lower-case name; their `url` is absolute or a URI. */
  readonly remotes: ReadonlyMap<string, Section>;
  /** The files that were looked at, for messages. */
  readonly place: string;
}

/** The settings of a project: of the revision, and over them config.local, which is in no revision. */
export async function readConfig(files: ProjectFiles): Promise<DvcConfig> {
  const { parse } = await import('ini');
  const shared = (await files.read(['.dvc/config'])).get('.dvc/config') ?? '';
  const local = await readLocal(join(files.root, '.dvc', 'config.local'));
  const sections = new Map<string, Section>();
  for (const text of [shared, local]) {
    for (const [name, section] of sectionsOf(parse(text))) {
      sections.set(name, { ...sections.get(name), ...absolute(section, join(files.root, '.dvc')) });
    }
  }
  const remotes = new Map<string, Section>();
  for (const [name, section] of sections) {
    const [, remote] = /^\s*remote\s*"(.*)"\s*$/.exec(name) ?? [];
    if (remote !== undefined) remotes.set(remote, section);
  }
  return {
    remote: sections.get('core')?.['remote']?.toLowerCase(),
    cache: sections.get('cache')?.['dir'] ?? join(files.root, '.dvc', 'cache'),
    remotes,
    place: `${placeOf(files, '.dvc/config')} and .dvc/config.local`,
  };
}

async function readLocal(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (isAbsent(error)) return '';
    throw dvcError(`${path} cannot be read: ${messageOf(error)}`, error);
  }
}

/** Names in lower case, as DVC has them. A dot in a section's name has made `ini` put it into another. */
function* sectionsOf(parsed: object, name = ''): Generator<[name: string, section: Section]> {
  const entries = Object.entries(parsed) as [string, unknown][];
  const fields = entries.filter(([, value]) => typeof value !== 'object');
  const lower = fields.map(([key, value]) => [key.toLowerCase(), String(value)] as const);
  if (name !== '' && fields.length > 0) yield [name.toLowerCase(), Object.fromEntries(lower)];
  for (const [key, value] of entries) {
    if (typeof value === 'object' && value !== null) yield* sectionsOf(value, name === '' ? key : `${name}.${key}`);
  }
}

/** Paths are relative to the configuration's folder. */
function absolute(section: Section, folder: string): Section {
  const paths = Object.entries(section).filter(([key, value]) => ['url', 'dir'].includes(key) && !isUri(value));
  const resolved = paths.map(([key, value]) => [key, resolve(folder, value.replace(/^~(?=\/|$)/, homedir()))]);
  return { ...section, ...Object.fromEntries(resolved) };
}
