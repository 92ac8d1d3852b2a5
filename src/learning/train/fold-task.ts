import type { ErrorCode } from '../../errors.ts';
import type { TermCounts } from '../features/count-terms.ts';
import type { FeatureSettings } from '../features/settings.ts';
import type { SgdSettings } from '../learner/settings.ts';

/** One fit on some rows and its decisions on others. Plain data; what is large lies in shared memory. */
export interface FoldTask {
  readonly counts: TermCounts;
  readonly labels: Int32Array;
  readonly classes: readonly string[];
  readonly features: FeatureSettings;
  readonly learner: SgdSettings;
  readonly train: Uint32Array;
  readonly test: Uint32Array;
}

export interface FoldResult {
  /** Of the test rows, row by row; of two classes one a row. */
  readonly decisions: Float64Array;
  readonly seconds: number;
}

export type FoldReply =
  | { readonly ok: true; readonly result: FoldResult }
  | { readonly ok: false; readonly code: ErrorCode; readonly message: string };
