import { readdir, realpath, stat } from 'node:fs/promises';
import { basename, join, resolve, sep } from 'node:path';
import { BatchlineError, messageOf } from '../errors.ts';

/** A file to score. */
export interface InputObject {
  /** The path below the input folder with slashes, or the file's name: what the object is called everywhere. */
  readonly key: string;
  readonly path: string;
  readonly bytes: number;
  readonly outputPath: string;
}

/**
 * The objects of `--input`, sorted by key as S3 lists them. A folder stands for all regular files below it, hidden ones
 * too, as a prefix would; links are followed.
 * @throws BatchlineError INVALID_INPUT if the input does not exist, or the outputs would be read as inputs or collide
 */
export async function selectObjects(input: string, outputFolder: string): Promise<InputObject[]> {
  const found = await stat(input).catch((error) => {
    throw invalid(`expected a file or a folder, received ${input} (${messageOf(error)})`, error);
  });
  if (found.isFile()) return [object(basename(input), resolve(input), found.size, outputFolder)];
  if (!found.isDirectory()) throw invalid(`expected a file or a folder, received ${input}, which is neither`);
  await refuseOutputInside(input, outputFolder);
  const objects = await listFolder({ folder: resolve(input), prefix: '', ancestors: [] }, outputFolder);
  objects.sort((a, b) => Buffer.compare(Buffer.from(a.key), Buffer.from(b.key)));
  refuseCollisions(objects);
  return objects;
}

interface Folder {
  readonly folder: string;
  readonly prefix: string;
  /** The real paths of the folders above it: a link to one of them is a loop. */
  readonly ancestors: readonly string[];
}

async function listFolder({ folder, prefix, ancestors }: Folder, outputFolder: string): Promise<InputObject[]> {
  const real = await realpath(folder);
  if (ancestors.includes(real)) return [];
  const objects: InputObject[] = [];
  for (const name of await readdir(folder)) {
    const path = join(folder, name);
    const key = prefix + name;
    const found = await stat(path).catch((error) => {
      throw invalid(`cannot read ${path} (${messageOf(error)})`, error);
    });
    if (found.isFile()) objects.push(object(key, path, found.size, outputFolder));
    if (found.isDirectory()) {
      const inner = { folder: path, prefix: `${key}/`, ancestors: [...ancestors, real] };
      for (const item of await listFolder(inner, outputFolder)) objects.push(item);
    }
  }
  return objects;
}

function object(key: string, path: string, bytes: number, outputFolder: string): InputObject {
  return { key, path, bytes, outputPath: join(resolve(outputFolder), `${key}.out`) };
}

/** Otherwise the next run would score this one's results. */
async function refuseOutputInside(input: string, outputFolder: string): Promise<void> {
  const folder = await realpath(input);
  const output = await realPathOf(resolve(outputFolder));
  if (output !== folder && !output.startsWith(folder.endsWith(sep) ? folder : folder + sep)) return;
  throw invalid(
    `the output folder ${outputFolder} lies in the input folder ${input}; expected one outside of it, because its .out files would be scored next time`,
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

/** An output may replace neither an input nor a folder that another output needs. */
function refuseCollisions(objects: readonly InputObject[]): void {
  const inputs = new Set(objects.map(({ path }) => path));
  const outputs = new Map(objects.map((item) => [item.outputPath, item]));
  for (const { key, outputPath } of objects) {
    if (inputs.has(outputPath)) throw invalid(`the output of ${key}, ${outputPath}, is itself an input`);
    for (let folder = resolve(outputPath, '..'); folder !== resolve(folder, '..'); folder = resolve(folder, '..')) {
      const other = outputs.get(folder);
      if (other)
        throw invalid(`the outputs of ${other.key} and ${key} collide: ${folder} would be a file and a folder`);
    }
  }
}

function invalid(message: string, cause?: unknown): BatchlineError {
  return new BatchlineError('INVALID_INPUT', `--input: ${message}`, { cause });
}
