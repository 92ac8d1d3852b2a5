import type { LinearTextDescription } from '../../models/linear-text/schema.ts';
import type { SharedWeights } from '../../models/linear-text/shared-weights.ts';
import type { OpenModel } from '../../models/model-format.ts';
import type { TermWeight } from '../report/evaluation-facts.ts';
import { topWeights } from '../report/top-weights.ts';

/** The strongest terms of a model with a vocabulary and one decision; undefined of others. */
export function weightsOf({ description, shared }: OpenModel): TermWeight[] | undefined {
  const { format, input } = description as LinearTextDescription;
  const { coef, intercept, vocabulary } = shared as SharedWeights;
  if (format !== 'linear-text' || !vocabulary || intercept.length !== 1) return undefined;
  const { bytes, offsets } = vocabulary;
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const terms = Array.from({ length: offsets.length - 1 }, (_, index) =>
    text.toString('utf8', offsets[index], offsets[index + 1]),
  );
  return topWeights({ terms: [...terms, ...input.features], coef });
}
