import type { LinearTextDescription } from '../../models/linear-text/schema.ts';
import type { SharedWeights } from '../../models/linear-text/shared-weights.ts';
import { loadModel } from '../../models/load-model.ts';
import { openModel } from '../../models/open-model.ts';
import type { KeyedPrediction } from '../../models/prediction.ts';
import type { OpenStore } from '../../storage/open-store.ts';
import { openRows } from '../data/read-rows.ts';
import { termAt } from '../features/fit-features.ts';
import type { Parameters } from '../parameters/schema.ts';
import { writeBaseline } from '../profile/baseline-file.ts';
import { profiledFields } from '../profile/profiled-fields.ts';
import { createProfiler } from '../profile/profiler.ts';
import { contentOf } from './load-data.ts';

const atOnce = 256;

/**
 * Writes baseline.json into a model folder: what the training data looked like to the model, and what it answered. New
 * data is compared with it.
 */
export async function profileModel(
  folder: string,
  { data, input, seed }: Parameters,
  options: { readonly openStore: OpenStore; readonly signal: AbortSignal },
): Promise<void> {
  const opened = await openModel(folder);
  const model = await loadModel(opened);
  const { analyzer, labels } = opened.description as LinearTextDescription;
  const { vocabulary } = opened.shared as SharedWeights;
  const terms =
    vocabulary &&
    Array.from({ length: vocabulary.offsets.length - 1 }, (_, index) => termAt(vocabulary as never, index));
  const fields = profiledFields(input, { analyzer, terms, categories: data.slices });
  const profiler = createProfiler({ fields, seed, ...(labels ? { classes: labels } : {}) });
  const source = openRows(
    { ...data, id: data.id ?? input.id, files: data.train },
    { ...options, contentOf: contentOf(input) },
  );
  for await (const piece of source.rows()) {
    for (let from = 0; from < piece.length; from += atOnce) {
      const rows = piece.slice(from, from + atOnce);
      const read = await Promise.all(rows.map(({ record }) => model.read(record as never)));
      const answers = (await model.predict(read)) as readonly KeyedPrediction[];
      for (const [index, { index: row, record }] of rows.entries()) profiler.add(row, record as never, answers[index]);
    }
    options.signal.throwIfAborted();
  }
  await writeBaseline(folder, profiler.baseline((await source.summary()).sha256));
}
