import type { StoredObject } from '../../storage/object-store.ts';
import type { InputObject } from '../../transform/job.ts';

/**
 * Finds outputs that lie where AWS's texts contradict what was observed: it is not documented how outputs of nested keys
 * are named (contract, "Output key"). Only an object without an output at its own place is looked for, and only a name
 * that no other object could have is taken.
 * @param others objects below the output path that are no output of the job by their name, by key
 * @param folder what the outputs' keys begin with
 */
export function outputElsewhere(
  inputs: readonly InputObject[],
  others: ReadonlyMap<string, StoredObject>,
  folder: string,
): Map<InputObject, StoredObject> {
  const claims = new Map<string, InputObject[]>();
  for (const input of others.size === 0 ? [] : inputs) {
    for (const name of otherNames(input, folder)) {
      if (others.has(name)) claims.set(name, [...(claims.get(name) ?? []), input]);
    }
  }
  const found = new Map<InputObject, StoredObject>();
  for (const [name, [input, ...more]] of claims) {
    if (input && more.length === 0 && !found.has(input)) found.set(input, others.get(name) as StoredObject);
  }
  return found;
}

/** Named after the end of the key that has no folder, or one folder more than expected, or the whole key. */
function otherNames({ object: { key }, output }: InputObject, folder: string): Set<string> {
  const remainder = output.key.slice(folder.length, -'.out'.length);
  const outside = key
    .slice(0, key.length - remainder.length)
    .split('/')
    .filter(Boolean);
  const names = [remainder.slice(remainder.lastIndexOf('/') + 1), `${outside.at(-1)}/${remainder}`, key];
  return new Set(names.map((name) => `${folder}${name}.out`));
}
