import type { FeatureSettings } from '../features/settings.ts';
import type { SgdSettings } from '../learner/settings.ts';
import type { Parameters } from '../parameters/schema.ts';

export function featuresOf({ input, features }: Parameters): FeatureSettings {
  const { id: _, ...read } = input;
  return { input: read, ...features };
}

export function learnerOf({ learner, seed }: Parameters): SgdSettings {
  return { ...learner, seed };
}
