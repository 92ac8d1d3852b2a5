import { isUri } from '../../storage/open-store.ts';
import type { InputObject } from '../job.ts';
import { invalidInput } from './invalid-input.ts';
import { listFiles } from './list-files.ts';
import { outputPlace, refuseCollisions } from './output-place.ts';
import { readManifest } from './read-manifest.ts';
import { type FoundObject, remainderOf, type Selection } from './selection.ts';

/**
 * The objects of a job, in the order of their keys; of a manifest, in its order.
 * @throws BatchlineError INVALID_INPUT in AWS's words if there are none; if the manifest or the input cannot be read; if
 *   the outputs collide or would be read as inputs
 */
export async function selectObjects(selection: Selection, signal: AbortSignal): Promise<InputObject[]> {
  const { S3DataType: type, S3Uri: uri } = selection.request.TransformInput.DataSource.S3DataSource;
  const find = type === 'ManifestFile' ? readManifest : isUri(uri) ? listPrefix : listFiles;
  const place = outputPlace(selection);
  const objects: InputObject[] = [];
  for await (const found of find(selection, signal)) {
    if (!isLeftOut(found, selection)) objects.push({ ...named(found), output: place(found.remainder) });
  }
  if (objects.length === 0) throw nothingFound(uri);
  refuseCollisions(objects);
  return objects;
}

async function* listPrefix({ request, openStore }: Selection, signal: AbortSignal): AsyncGenerator<FoundObject> {
  const { store, key: prefix } = openStore(request.TransformInput.DataSource.S3DataSource.S3Uri);
  for await (const object of store.list(prefix, signal)) {
    yield { store, object, remainder: remainderOf(object.key, prefix) };
  }
}

function isLeftOut({ object: { bytes, key } }: FoundObject, { assumptions }: Selection): boolean {
  if (bytes > 0) return false;
  return assumptions[key.endsWith('/') ? 'folder-marker' : 'empty-object'] === 'skip';
}

function named({ store, object, remainder }: FoundObject): Omit<InputObject, 'output'> {
  const s3 = 's3://';
  return { name: store.root.startsWith(s3) ? store.root.slice(s3.length) + object.key : remainder, store, object };
}

function nothingFound(uri: string): Error {
  return invalidInput(
    `No S3 objects found under S3 URL "${uri}" given in input data source. Please ensure that the bucket exists in the selected region and that objects exist under that S3 prefix.`,
  );
}
