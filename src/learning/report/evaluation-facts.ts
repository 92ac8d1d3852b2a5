/** A figure of a model on rows that it was not fitted on; `low` and `high` bound its 95 % interval. */
export interface Figure {
  readonly value: number;
  readonly low?: number | undefined;
  readonly high?: number | undefined;
}

/** What an evaluation found: all that the files, the pictures and the model card are made of. */
export interface EvaluationFacts {
  /** The labels in the model's order. */
  readonly classes: readonly string[];
  /** The index of the class that curves, calibration and weights are of. Default 1, the second of two. */
  readonly positive?: number | undefined;
  readonly rows: number;
  /** The probability above which the positive class is answered. */
  readonly threshold?: number | undefined;
  /** By name, in the order in which they are shown: accuracy, f1, roc_auc… */
  readonly figures: Readonly<Record<string, Figure>>;
  /** `confusion[actual][predicted]`: rows, by the indices of `classes`. */
  readonly confusion: readonly (readonly number[])[];
  readonly roc?: RocCurve | undefined;
  readonly pr?: PrecisionRecallCurve | undefined;
  readonly calibration?: readonly CalibrationBin[] | undefined;
  readonly scores?: ScoreHistogram | undefined;
  readonly slices?: readonly Slice[] | undefined;
  readonly gates?: readonly Gate[] | undefined;
  /** What the figures are to be read beside: a rule, the model before, the most frequent class. */
  readonly baselines?: readonly Baseline[] | undefined;
}

/** As scikit-learn's roc_curve: from nothing predicted positive, at a threshold of infinity, to everything. */
export interface RocCurve {
  readonly fpr: ArrayLike<number>;
  readonly tpr: ArrayLike<number>;
  readonly thresholds: ArrayLike<number>;
}

/** As scikit-learn's precision_recall_curve: by ascending threshold; the last point, 1 and 0, has none. */
export interface PrecisionRecallCurve {
  readonly precision: ArrayLike<number>;
  readonly recall: ArrayLike<number>;
  readonly thresholds: ArrayLike<number>;
}

/** The rows whose probability of the positive class lies in one bin: its mean, and the share that is positive. */
export interface CalibrationBin {
  readonly mean_probability: number;
  readonly observed: number;
  readonly rows: number;
}

/** How many rows of each class have a score in each bin. */
export interface ScoreHistogram {
  /** What the score is, for the axis: "probability of combo". */
  readonly name: string;
  /** `counts` by the indices of `classes`. */
  readonly bins: readonly { readonly from: number; readonly to: number; readonly counts: readonly number[] }[];
}

export interface Slice {
  /** The field, and its value: by city, Delhi. */
  readonly by: string;
  readonly value: string;
  readonly rows: number;
  readonly figures: Readonly<Record<string, Figure>>;
}

export interface Gate {
  /** As in the parameter file: min_f1. */
  readonly name: string;
  readonly passed: boolean;
  /** What was required and what was reached, in words. */
  readonly message: string;
}

export interface Baseline {
  readonly name: string;
  readonly figures: Readonly<Record<string, Figure>>;
  /** How the two differ, in words, such as McNemar's test. */
  readonly comparison?: string | undefined;
}

/** A column of a linear model: the larger its weight, the more its term speaks for the positive class. */
export interface TermWeight {
  readonly term: string;
  readonly weight: number;
}
