import type { JsonValue } from '../records/json-value.ts';

/** The keys of an output record: the names that SageMaker's own containers use (SAGEMAKER_INFERENCE_OUTPUT). */
export const outputKeys = ['predicted_label', 'probability', 'probabilities', 'labels', 'score', 'raw_score'] as const;
export type OutputKey = (typeof outputKeys)[number];

/** One record's answer by output key. */
export type KeyedPrediction = { readonly [key in OutputKey]?: JsonValue };

/** A model with named outputs answers keyed predictions; one whose `output` is `'json'` any value, the line itself. */
export type Prediction = KeyedPrediction | JsonValue;
