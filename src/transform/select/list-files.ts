import { realpath, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve, sep } from 'node:path';
import { messageOf } from '../../errors.ts';
import { fileUri, isUri } from '../../storage/open-store.ts';
import { invalidInput } from './invalid-input.ts';
import type { FoundObject, Selection } from './selection.ts';

/**
 * The objects of a plain path: that file alone, or every regular file below that folder, hidden ones too. A `file://`
 * URI is a string prefix instead, as an `s3://` one is.
 */
export async function* listFiles({ request, openStore }: Selection, signal: AbortSignal): AsyncGenerator<FoundObject> {
  const path = request.TransformInput.DataSource.S3DataSource.S3Uri;
  const found = await stat(path).catch((error) => {
    throw invalidInput(`--input: expected a file or a folder, received ${path} (${messageOf(error)})`, error);
  });
  if (!found.isFile() && !found.isDirectory()) {
    throw invalidInput(`--input: expected a file or a folder, received ${path}, which is neither`);
  }
  if (found.isDirectory()) await refuseOutputInside(path, request.TransformOutput.S3OutputPath);
  const folder = found.isFile() ? dirname(resolve(path)) : resolve(path);
  const { store, key } = openStore(fileUri(`${folder}/`));
  const prefix = found.isFile() ? key + basename(path) : key;
  for await (const object of store.list(prefix, signal)) {
    if (found.isFile() && object.key !== prefix) continue;
    yield { store, object, remainder: object.key.slice(key.length) };
  }
}

/** Otherwise the next run would score this one's results. */
async function refuseOutputInside(input: string, outputFolder: string): Promise<void> {
  if (isUri(outputFolder) && !outputFolder.startsWith('file://')) return;
  const folder = await realpath(input);
  const output = await realPathOf(resolve(outputFolder.replace(/^file:\/\//, '')));
  if (output !== folder && !output.startsWith(folder.endsWith(sep) ? folder : folder + sep)) return;
  throw invalidInput(
    `--input: the output folder ${outputFolder} lies in the input folder ${input}; expected one outside of it, because its .out files would be scored next time`,
  );
}

/** Of a path of which the last parts need not exist yet. */
async function realPathOf(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch {
    const parent = resolve(path, '..');
    return parent === path ? path : join(await realPathOf(parent), basename(path));
  }
}
