import { z } from 'zod';
import { outputKeys } from './prediction.ts';

/** A path into a record: SageMaker's JSONPath subset, or a bare word for a top-level key. */
const path = z.string().min(1);

/** A text field: its path, a prefix put before each of its tokens, and whether it may be absent from a record. */
const textField = z.union([
  path.transform((value) => ({ path: value, prefix: '', optional: false })),
  z.strictObject({ path, prefix: z.string().default(''), optional: z.boolean().default(false) }),
]);

/** model.json, the part that every format shares; each format extends it with keys of its own. */
export const modelDescription = z.strictObject({
  name: z.string().min(1),
  version: z.string().min(1).default('unversioned'),
  format: z.string(),
  file: z.string().min(1).optional(),
  task: z.enum(['classification', 'regression', 'score']).default('classification'),
  input: z
    .strictObject({
      id: path.optional(),
      features: z.array(path).default([]),
      text: z.array(textField).default([]),
    })
    .prefault({}),
  labels: z
    .array(z.union([z.string(), z.number()]))
    .min(2)
    .optional(),
  threshold: z.number().min(0).max(1).default(0.5),
  /** The keys of an output record; `'json'` where the model's answer is the line itself, as a handler's. */
  output: z.union([z.array(z.enum(outputKeys)).min(1), z.literal('json')]),
  /** A record that must score without error before the server reports itself ready. */
  warmup: z.json().optional(),
  /** Where the model comes from; carried along, never read. */
  training: z.looseObject({}).optional(),
});

export type ModelDescription = z.infer<typeof modelDescription>;
export type TextField = ModelDescription['input']['text'][number];
