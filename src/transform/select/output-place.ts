import type { ObjectStore } from '../../storage/object-store.ts';
import { fileUri, isUri } from '../../storage/open-store.ts';
import type { InputObject } from '../job.ts';
import { invalidInput } from './invalid-input.ts';
import type { Selection } from './selection.ts';

/** Where the output of an object goes, by the remainder of its key. */
export function outputPlace({
  request,
  assumptions,
  openStore,
}: Selection): (remainder: string) => InputObject['output'] {
  const { store, key } = openStore(folderUri(request.TransformOutput.S3OutputPath));
  const gzip = request.TransformInput.CompressionType === 'Gzip' && assumptions['gzip-output'] === 'strip';
  return (remainder) => {
    const named =
      assumptions['output-key'] === 'basename' ? remainder.slice(remainder.lastIndexOf('/') + 1) : remainder;
    const name = gzip ? named.replace(/\.gz$/i, '') : named;
    if (name.split('/').includes('..')) {
      throw invalidInput(`Path traversal detected: the output of ${remainder} would lie outside of the output path`);
    }
    return { store, key: `${key}${name}.out` };
  };
}

/** A URI that ends in a slash, of a URI or a plain path. */
export function folderUri(path: string): string {
  const uri = isUri(path) ? path : fileUri(path);
  return uri.endsWith('/') ? uri : `${uri}/`;
}

/** An output may replace neither an input nor another output, nor, in files, a folder that another output needs. */
export function refuseCollisions(objects: readonly InputObject[]): void {
  const uri = (store: ObjectStore, key: string): string => store.root + key;
  const inputs = new Set(objects.map(({ store, object }) => uri(store, object.key)));
  const outputs = new Map<string, InputObject>();
  for (const item of objects) {
    const output = uri(item.output.store, item.output.key);
    const other = outputs.get(output);
    if (inputs.has(output)) throw invalidInput(`--input: the output of ${item.name}, ${output}, is itself an input`);
    if (other) throw invalidInput(`--input: the outputs of ${other.name} and ${item.name} collide: both are ${output}`);
    outputs.set(output, item);
  }
  for (const { name, output } of objects) {
    if (!output.store.root.startsWith('file:')) continue;
    for (let end = output.key.lastIndexOf('/'); end > 0; end = output.key.lastIndexOf('/', end - 1)) {
      const folder = uri(output.store, output.key.slice(0, end));
      const other = outputs.get(folder);
      if (!other) continue;
      throw invalidInput(
        `--input: the outputs of ${other.name} and ${name} collide: ${folder} would be a file and a folder`,
      );
    }
  }
}
