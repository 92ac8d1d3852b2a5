import { BatchlineError } from '../../errors.ts';
import type { SgdSettings } from './settings.ts';

/** The factor of each class's rows. `names` are the classes' names (default: their indices), which a record of weights uses. */
export function classWeights(
  { class_weight }: Pick<SgdSettings, 'class_weight'>,
  counts: readonly number[],
  names: readonly string[] = counts.map((_, index) => `${index}`),
): Float64Array | undefined {
  if (class_weight === null) return undefined;
  if (class_weight === 'balanced') {
    const present = counts.filter((count) => count > 0).length;
    const rows = counts.reduce((sum, count) => sum + count, 0);
    return Float64Array.from(counts, (count) => (count === 0 ? 1 : rows / (present * count)));
  }
  const unknown = Object.keys(class_weight).filter((name) => !names.includes(name));
  if (unknown.length > 0) {
    throw new BatchlineError(
      'INVALID_SETTING',
      `class_weight names ${unknown.join(', ')}; the labels are ${names.join(', ')}`,
    );
  }
  return Float64Array.from(names, (name) => class_weight[name] ?? 1);
}
