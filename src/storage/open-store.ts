import { resolve } from 'node:path';
import { BatchlineError } from '../errors.ts';
import { createFileStore } from './file-store.ts';
import type { ObjectStore } from './object-store.ts';
import { connectS3, type S3Options } from './s3-client.ts';
import { createS3Store } from './s3-store.ts';

/** The store of a URI, and what stands behind the store's root in it. */
export type OpenStore = (uri: string) => { readonly store: ObjectStore; readonly key: string };

/**
 * Opens `s3://bucket/key` and `file:///absolute/path`; the key may be a prefix, or nothing. URIs are taken as they are
 * written: a percent sign is a percent sign, as in S3's own. One S3 client serves every bucket; it, and the AWS SDK,
 * are loaded by the first call to S3.
 */
export function openStores(s3: S3Options = {}): OpenStore {
  const connection = connectS3(s3);
  const files = createFileStore();
  const buckets = new Map<string, ObjectStore>();
  return (uri) => {
    const { scheme, host, key } = parts(uri);
    if (scheme === 'file') return { store: files, key };
    const store = buckets.get(host) ?? createS3Store(host, connection);
    buckets.set(host, store);
    return { store, key };
  };
}

/** Whether a text is meant as a URI and not as a path. */
export function isUri(text: string): boolean {
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(text);
}

/** The URI of a path; a slash at its end, which makes a prefix of it, stays. */
export function fileUri(path: string): string {
  const absolute = resolve(path);
  return `file://${absolute}${/[/\\]$/.test(path) && !absolute.endsWith('/') ? '/' : ''}`;
}

function parts(uri: string): { scheme: 's3' | 'file'; host: string; key: string } {
  const [, scheme, host = '', key = ''] = /^(s3|file):\/\/([^/]*)(?:\/(.*))?$/s.exec(uri) ?? [];
  if (scheme === 's3' && host !== '') return { scheme, host, key };
  if (scheme === 'file' && host === '' && uri.length > 'file://'.length) return { scheme, host, key };
  throw new BatchlineError(
    'INVALID_INPUT',
    `expected s3://bucket/key or file:///absolute/path, received ${JSON.stringify(uri)}`,
  );
}
