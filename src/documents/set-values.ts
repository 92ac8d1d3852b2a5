import { parse } from 'yaml';
import { messageOf } from '../errors.ts';
import { invalid, isMembers, type Members } from './read-document.ts';

/** One `--set a.b.c=value`. */
export interface Setting {
  readonly path: readonly string[];
  readonly value: unknown;
}

/**
 * @param text `CreateTransformJob.MaxPayloadInMB=6`; the value is YAML, as in the file: 6 is a number, [a, b] a list
 * @throws BatchlineError INVALID_SETTING
 */
export function parseSetting(text: string): Setting {
  const at = text.indexOf('=');
  const path = text.slice(0, Math.max(0, at)).split('.');
  if (at < 1 || path.some((key) => key === '')) {
    throw invalid(`--set: expected key=value, such as CreateTransformJob.MaxPayloadInMB=6, received "${text}"`);
  }
  try {
    return { path, value: parse(text.slice(at + 1)) };
  } catch (error) {
    throw invalid(`--set ${path.join('.')}: not YAML: ${messageOf(error)}`, error);
  }
}

/** A copy with the value in place; keys on the way are made if missing. A number in the path is a place in a list. */
export function withSetting(members: Members, { path, value }: Setting): Members {
  return put(members, path, { path, value }) as Members;
}

function put(into: unknown, rest: readonly string[], setting: Setting): unknown {
  const [key, ...below] = rest;
  if (key === undefined) return setting.value;
  if (Array.isArray(into) && /^\d+$/.test(key)) {
    return Object.assign([...into], { [key]: put(into[Number(key)], below, setting) });
  }
  if (into !== undefined && into !== null && !isMembers(into)) {
    const above = setting.path.slice(0, setting.path.length - rest.length).join('.');
    throw invalid(`--set ${setting.path.join('.')}: ${above} is ${JSON.stringify(into)}, which has no keys`);
  }
  // Not by [key]: a name such as __proto__ is a key like any other.
  const entries = Object.entries(into ?? {}).filter(([name]) => name !== key);
  return Object.fromEntries([...entries, [key, put(isMembers(into) ? into[key] : undefined, below, setting)]]);
}
