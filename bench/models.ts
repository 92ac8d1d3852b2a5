import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { seededRandom } from './bodies.ts';
import { cacheDir } from './machine.ts';

/** The bundled model. */
export const flagCombo = 'examples/flag-combo/model';

/** 30 numbers in, one decision out. */
export function numericModel(): Promise<string> {
  const names = Array.from({ length: 30 }, (_, i) => `x${i + 1}`);
  return makeModel('numeric', names.length, { input: { features: names } });
}

/**
 * Presence of words and pairs hashed to 2²⁰ columns, a weight on each: what the Flask peer does with
 * HashingVectorizer. It reads this very folder.
 */
export function hashingModel(): Promise<string> {
  const columns = 2 ** 20;
  return makeModel('hashing', columns, {
    input: { id: '$.outlet_id', text: ['$.menu[*].name'] },
    analyzer: { ngram_range: [1, 2] },
    vectorizer: { kind: 'hashing', n_features: columns, alternate_sign: false, values: 'presence' },
  });
}

/** A linear-text model with seeded weights in [-1, 1). */
async function makeModel(name: string, columns: number, fields: object): Promise<string> {
  const dir = await cacheDir(`models/${name}`);
  const random = seededRandom(columns);
  const weights = Float64Array.from({ length: columns + 1 }, () => random() * 2 - 1);
  await writeFile(join(dir, 'weights.bin'), weights);
  const description = {
    name: `bench-${name}`,
    format: 'linear-text',
    ...fields,
    labels: ['no', 'yes'],
    output: ['predicted_label', 'raw_score'],
    arrays: {
      coef: { dtype: 'float64', shape: [columns], offset: 0 },
      intercept: { dtype: 'float64', shape: [1], offset: columns * Float64Array.BYTES_PER_ELEMENT },
    },
  };
  await writeFile(join(dir, 'model.json'), JSON.stringify(description));
  return dir;
}
