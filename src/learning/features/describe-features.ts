import type { AnalyzerSettings } from '../../models/text/analyzer-settings.ts';
import type { VectorizerSettings } from '../../models/text/vectorizer.ts';
import { defaultColumns, type FeatureSettings } from './settings.ts';

/** The keys of model.json by which serving makes the same features; none for a model of numbers alone. */
export function describeFeatures({ input, analyzer, vectorizer }: FeatureSettings): {
  readonly analyzer?: AnalyzerSettings;
  readonly vectorizer?: VectorizerSettings;
} {
  if (input.text.length === 0) return {};
  const { kind, n_features: columns = defaultColumns, alternate_sign, values, sublinear_tf, norm } = vectorizer;
  const hashing = kind === 'hashing' ? { n_features: columns } : {};
  return { analyzer, vectorizer: { kind, ...hashing, alternate_sign, values, sublinear_tf, norm } };
}
