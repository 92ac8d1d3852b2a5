import { failures } from './jobs/failures.ts';
import { processing } from './jobs/processing.ts';
import { selection } from './jobs/selection.ts';
import { splits } from './jobs/splits.ts';
import type { Scenario } from './scenario.ts';

/** Every job of the conformance run: the same through `batchline transform`, from files and from S3, and `batchline local`. */
export const jobs: readonly Scenario[] = [...splits, ...processing, ...selection, ...failures];
