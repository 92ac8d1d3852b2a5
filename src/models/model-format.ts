import type { z } from 'zod';
import type { ModelDescription } from './model-description.ts';

/** A model folder, read and checked on the main thread: plain data that can be cloned to workers. */
export interface OpenModel {
  /** Absolute path of the folder. */
  readonly dir: string;
  readonly description: ModelDescription;
  /** What the format shares with every worker; weights are in SharedArrayBuffers, so that they exist once. */
  readonly shared: unknown;
}

/** The main thread's half of a format; `load-model.ts` has the workers' half. */
export interface ModelFormat {
  /** What model.json may hold for this format. */
  readonly schema: z.ZodType<ModelDescription>;

  /**
   * Reads and checks the files that the description names.
   * @throws BatchlineError INVALID_MODEL that names the file, the key, what was expected and what was received
   */
  open(dir: string, description: ModelDescription): Promise<unknown>;
}
