import { posix } from 'node:path';
import type { ObjectStore } from '../object-store.ts';
import { fileUri, type OpenStore, openStores } from '../open-store.ts';
import type { S3Options } from '../s3-client.ts';
import { dvcError } from './dvc-error.ts';
import type { DvcConfig, Section } from './read-config.ts';

/** Where `dvc push` puts objects. */
export interface DvcRemote {
  readonly name: string;
  /** As it was given, for messages; it has no secrets. */
  readonly url: string;
  readonly store: ObjectStore;
  /** What its keys begin with; ends in a slash, if it is not empty. */
  readonly prefix: string;
  /** Objects lie under their paths, in versions, instead of under their md5. */
  readonly isVersionAware: boolean;
}

/**
 * @param named the output's own remote; by default the project's
 * @throws BatchlineError INVALID_INPUT with the setting that is missing or wrong
 */
export function openRemote(config: DvcConfig, named: string | undefined, openStore: OpenStore): DvcRemote {
  const name = named ?? config.remote;
  if (name === undefined) {
    throw dvcError(
      `${config.place}: expected [core] remote, received none: name the remote with \`dvc remote default NAME\`, or add one with \`dvc remote add -d NAME s3://bucket/prefix\``,
    );
  }
  const section = sectionOf(config, name);
  const at = `${config.place}: remote "${name}"`;
  const url = section['url'];
  if (url === undefined) throw dvcError(`${at}: expected url, received none: \`dvc remote add -f ${name} URL\``);
  const { store, key } = storeOf(section, { at, url, openStore });
  const isVersionAware = section['version_aware'] === 'true' || section['worktree'] === 'true';
  return { name, url, store, prefix: key === '' ? '' : key.replace(/\/*$/, '/'), isVersionAware };
}

/** With what it takes over from another one, by `url = remote://other/path`. */
function sectionOf(config: DvcConfig, name: string, above: readonly string[] = []): Section {
  const section = config.remotes.get(name);
  if (!section || above.includes(name)) {
    const known = [...config.remotes.keys()].map((remote) => `"${remote}"`).join(', ') || 'none';
    throw dvcError(`${config.place}: expected a section ['remote "${name}"'] with url, received remotes: ${known}`);
  }
  const [, base, path = ''] = /^remote:\/\/([^/]+)\/?(.*)$/s.exec(section['url'] ?? '') ?? [];
  if (base === undefined) return section;
  const inherited = sectionOf(config, base.toLowerCase(), [...above, name]);
  const url = inherited['url'] ?? '';
  return { ...inherited, ...section, url: `${url.replace(/\/*$/, '')}/${path}` };
}

function storeOf(
  section: Section,
  { at, url, openStore }: { at: string; url: string; openStore: OpenStore },
): { store: ObjectStore; key: string } {
  if (posix.isAbsolute(url)) return openStore(fileUri(url));
  if (!/^s3:\/\/[^/]+/.test(url)) {
    throw dvcError(
      `${at}: url: expected s3://bucket/prefix or a folder, received "${withoutPassword(url)}"; what is on other remotes must be in the project's cache, by \`dvc fetch\``,
    );
  }
  const options = s3Options(section, at);
  return (Object.keys(options).length === 0 ? openStore : openStores(options))(url);
}

/** Settings that change what is read, and that are not heeded here. */
const unsupported = ['credentialpath', 'configpath', 'allow_anonymous_login', 'sse_customer_key', 'ssl_verify'];

function s3Options(section: Section, at: string): S3Options {
  const found = unsupported.find((field) => section[field] !== undefined && section[field] !== usual[field]);
  if (found !== undefined) {
    const remedy =
      'put credentials into a profile or the environment, or run `dvc fetch` and let it be read of the cache';
    throw dvcError(`${at}: ${found}: expected a remote without it, as batchline does not heed it (${remedy})`);
  }
  const { region, profile, endpointurl: endpoint } = section as Record<string, string | undefined>;
  return {
    ...(region === undefined ? {} : { region }),
    ...(profile === undefined ? {} : { profile }),
    ...(endpoint === undefined ? {} : { endpoint }),
    ...credentialsOf(section, at),
  };
}

const usual: Section = { allow_anonymous_login: 'false', ssl_verify: 'true' };

/** Half of them is not made up for by the environment: that would be somebody else's other half. */
function credentialsOf(section: Section, at: string): Pick<S3Options, 'credentials'> {
  const names = ['access_key_id', 'secret_access_key'] as const;
  const [accessKeyId, secretAccessKey] = names.map((name) => section[name]);
  if (accessKeyId === undefined && secretAccessKey === undefined) return {};
  if (accessKeyId === undefined || secretAccessKey === undefined) {
    const [given, missing] = accessKeyId === undefined ? [names[1], names[0]] : names;
    throw dvcError(`${at}: expected ${names[0]} and ${names[1]}, received ${given} without ${missing}`);
  }
  const sessionToken = section['session_token'];
  return { credentials: { accessKeyId, secretAccessKey, ...(sessionToken === undefined ? {} : { sessionToken }) } };
}

function withoutPassword(url: string): string {
  return url.replace(/\/\/[^/@]*@/, '//…@');
}
