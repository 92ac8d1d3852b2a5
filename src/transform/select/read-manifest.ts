import { pipeline, Readable } from 'node:stream';
import { parser } from 'stream-json';
import { streamArray } from 'stream-json/streamers/stream-array.js';
import { BatchlineError, messageOf } from '../../errors.ts';
import { Semaphore } from '../../scoring/semaphore.ts';
import { fileUri, isUri } from '../../storage/open-store.ts';
import { mapInOrder } from '../objects/in-order.ts';
import { invalidInput } from './invalid-input.ts';
import { type FoundObject, remainderOf, type Selection } from './selection.ts';

/** Looks at so many objects at a time: each is a request of some milliseconds. */
const looksAtOnce = 32;

/**
 * The objects that a manifest names: `[{"prefix":"s3://bucket/a/"},"b","c/d"]`; a URI is the prefix and an item, one
 * after the other. Source: S3DataSource in the API's reference.
 */
export async function* readManifest(
  { request, openStore }: Selection,
  signal: AbortSignal,
): AsyncGenerator<FoundObject> {
  const { S3Uri } = request.TransformInput.DataSource.S3DataSource;
  const uri = isUri(S3Uri) ? S3Uri : fileUri(S3Uri);
  const look = async ({ prefix, item, position }: Entry, inside: AbortSignal): Promise<FoundObject> => {
    const { store, key } = openStore(prefix + item);
    const found = await store.head(key, inside);
    if (!found) throw wrong(uri, position, 'the name of an object', `${prefix + item}, which does not exist`);
    const { metadata: _, ...object } = found;
    return { store, object, remainder: remainderOf(key, openStore(prefix).key) };
  };
  const window = new Semaphore(looksAtOnce);
  yield* mapInOrder(entries(uri, manifestBytes(uri, openStore, signal)), look, { window, signal });
}

interface Entry {
  readonly prefix: string;
  readonly item: string;
  readonly position: number;
}

async function* entries(uri: string, bytes: AsyncIterable<Buffer>): AsyncGenerator<Entry> {
  let prefix: string | undefined;
  for await (const { key: position, value } of elements(uri, bytes)) {
    if (position === 0) prefix = prefixOf(uri, value);
    else if (typeof value !== 'string') throw wrong(uri, position, 'the name of an object', JSON.stringify(value));
    else yield { prefix: prefix as string, item: value, position };
  }
  if (prefix === undefined) throw wrong(uri, 0, '{"prefix":"s3://…"}', 'an empty array');
}

function prefixOf(uri: string, value: unknown): string {
  const prefix = typeof value === 'object' && value !== null && 'prefix' in value ? value.prefix : undefined;
  if (typeof prefix === 'string' && /^(s3|file):\/\//.test(prefix)) return prefix;
  throw wrong(uri, 0, '{"prefix":"s3://…"}', JSON.stringify(value));
}

async function* elements(uri: string, bytes: AsyncIterable<Buffer>): AsyncGenerator<{ key: number; value: unknown }> {
  const values = streamArray.asStream();
  pipeline(Readable.from(bytes), parser.asStream(), values, () => undefined); // an error is thrown by the loop below
  try {
    yield* values as AsyncIterable<{ key: number; value: unknown }>;
  } catch (error) {
    if (error instanceof BatchlineError) throw error;
    throw invalidInput(`the manifest ${uri} is not a JSON array of names: ${messageOf(error)}`, error);
  }
}

async function* manifestBytes(uri: string, openStore: Selection['openStore'], signal: AbortSignal) {
  const { store, key } = openStore(uri);
  const found = await store.head(key, signal);
  if (!found) throw invalidInput(`the manifest ${uri} does not exist`);
  yield* store.read(found, { signal });
}

function wrong(uri: string, position: number, expected: string, received: string): BatchlineError {
  return invalidInput(`the manifest ${uri}: element ${position}: expected ${expected}, received ${received}`);
}
