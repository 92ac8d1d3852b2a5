import type { Members } from '../../documents/read-document.ts';
import { withSetting } from '../../documents/set-values.ts';
import type { Parameters } from '../parameters/schema.ts';
import { createRandom } from '../random.ts';

/** One choice of hyperparameters. */
export interface Variant {
  /** From 0, in the order in which they are listed. */
  readonly index: number;
  /** By their paths: `{"learner.alpha": 0.0001}`. */
  readonly values: Readonly<Record<string, unknown>>;
}

/**
 * The variants of a search: of a grid every combination, the last key changing fastest; of a random search as many as it
 * says, drawn by the seed. Without a search there is one, with nothing changed.
 */
export function variantsOf({ search: { grid, random }, seed }: Pick<Parameters, 'search' | 'seed'>): Variant[] {
  const all = random ? drawn(random, seed) : combinations(Object.entries(grid ?? {}));
  return all.map((values, index) => ({ index, values }));
}

/** The parameters with a variant's values in place. */
export function withVariant(members: Members, { values }: Variant): Members {
  return Object.entries(values).reduce(
    (changed, [path, value]) => withSetting(changed, { path: path.split('.'), value }),
    members,
  );
}

function combinations(entries: readonly (readonly [string, readonly unknown[]])[]): Record<string, unknown>[] {
  const [first, ...rest] = entries;
  if (!first) return [{}];
  const [key, values] = first;
  const below = combinations(rest);
  return values.flatMap((value) => below.map((others) => ({ [key]: value, ...others })));
}

type Random = NonNullable<Parameters['search']['random']>;

function drawn({ n_iter: count, space }: Random, seed: number): Record<string, unknown>[] {
  const random = createRandom(seed);
  const draw = (of: Random['space'][string]): unknown => {
    if (Array.isArray(of)) return of[Math.floor(random() * of.length)];
    const { low, high, log } = of;
    return log ? Math.exp(Math.log(low) + random() * Math.log(high / low)) : low + random() * (high - low);
  };
  return Array.from({ length: count }, () =>
    Object.fromEntries(Object.entries(space).map(([key, of]) => [key, draw(of)])),
  );
}
