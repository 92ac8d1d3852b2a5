/**
 * A copy of a record with nothing but what is at these paths.
 * @param paths as in params.yaml: `$.city`, `$.menu[*].name`
 */
export function keepPaths(record: object, paths: readonly string[]): object {
  return paths.reduce((kept, path) => merge(kept, only(record, stepsOf(path))) as object, {});
}

/** `$.menu[*].name` is menu, [*], name. */
function stepsOf(path: string): string[] {
  return path.replace(/^\$\.?/, '').match(/\[\*\]|[^.[\]]+/g) ?? [];
}

function only(value: unknown, [step, ...rest]: readonly string[]): unknown {
  if (step === undefined) return value;
  if (step === '[*]') return Array.isArray(value) ? value.map((item) => only(item, rest)) : [];
  const inside = (value as Record<string, unknown> | null)?.[step];
  return inside === undefined ? {} : { [step]: only(inside, rest) };
}

/** Lists are of one record and hence equally long. */
function merge(one: unknown, other: unknown): unknown {
  if (Array.isArray(one) && Array.isArray(other)) return other.map((item, index) => merge(one[index], item));
  if (!isObject(one) || !isObject(other)) return other;
  const merged = { ...one };
  for (const [key, value] of Object.entries(other)) merged[key] = key in one ? merge(one[key], value) : value;
  return merged;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
