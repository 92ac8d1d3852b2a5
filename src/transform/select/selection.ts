import type { CreateTransformJobRequest } from '../../sagemaker-api/create-transform-job.ts';
import type { ObjectStore, StoredObject } from '../../storage/object-store.ts';
import type { OpenStore } from '../../storage/open-store.ts';
import type { Assumptions } from '../assumptions.ts';

/** What decides which objects a job scores, and where their outputs go. */
export interface Selection {
  readonly request: CreateTransformJobRequest;
  readonly assumptions: Assumptions;
  readonly openStore: OpenStore;
}

/** An object of the input, and the part of its key that its output is named after. */
export interface FoundObject {
  readonly store: ObjectStore;
  readonly object: StoredObject;
  readonly remainder: string;
}

/**
 * What of a key names its output: what follows the prefix where that is a folder, else what follows the prefix's last
 * slash. Reproduces what was observed; the API's own example contradicts its text.
 */
export function remainderOf(key: string, prefix: string): string {
  if (prefix.endsWith('/') && key !== prefix) return key.slice(prefix.length);
  if (key[prefix.length] === '/' && key.length > prefix.length + 1) return key.slice(prefix.length + 1);
  return key.slice(prefix.lastIndexOf('/') + 1);
}
