import { dirname, resolve } from 'node:path';
import { checkDocument } from '../../documents/check-document.ts';
import { type Members, readDocument } from '../../documents/read-document.ts';
import { parseSetting, withSetting } from '../../documents/set-values.ts';
import { isUri } from '../../storage/open-store.ts';
import { type Parameters, parametersSchema } from './schema.ts';

export interface ReadParameters {
  readonly parameters: Parameters;
  /** As given, before defaults: variants of a search are made of it. */
  readonly members: Members;
  /** Checks a variant of the members. */
  check(members: Members): Parameters;
}

/**
 * Reads a parameter file, YAML or JSON. Paths in it are relative to its folder.
 * @param set texts of `--set`, which go over what the file says
 * @throws BatchlineError INVALID_SETTING that names file, line, key, expected and received
 */
export async function readParameters(file: string, set: readonly string[] = []): Promise<ReadParameters> {
  const document = await readDocument(file);
  const members = set.map(parseSetting).reduce(withSetting, document.value);
  const check = (changed: Members) => located(checkDocument(parametersSchema, changed, document), file);
  return { parameters: check(members), members, check };
}

function located(parameters: Parameters, file: string): Parameters {
  const folder = dirname(resolve(file));
  const place = (path: string) => (isUri(path) ? path : resolve(folder, path));
  const { data } = parameters;
  return {
    ...parameters,
    data: {
      ...data,
      train: data.train.map(place),
      ...(data.test ? { test: data.test.map(place) } : {}),
      ...(data.labelFile ? { labelFile: { ...data.labelFile, path: place(data.labelFile.path) } } : {}),
    },
  };
}
