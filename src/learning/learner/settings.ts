/** scikit-learn's SGDClassifier: the names and meanings are its own. */
export interface SgdSettings {
  readonly loss: 'hinge' | 'log_loss' | 'squared_hinge' | 'modified_huber';
  readonly penalty: 'l2' | 'l1' | 'elasticnet' | null;
  /** The strength of the penalty, and of learning_rate optimal the scale of its steps. */
  readonly alpha: number;
  /** Of elasticnet: the share of l1. */
  readonly l1_ratio: number;
  readonly learning_rate: 'optimal' | 'constant' | 'invscaling' | 'adaptive';
  /** The first step of every rate but optimal. */
  readonly eta0: number;
  /** Of invscaling: the exponent. */
  readonly power_t: number;
  /** Whether the fit is the mean of the weights after every row. */
  readonly average: boolean;
  /** Epochs at most. */
  readonly max_iter: number;
  /** By how much an epoch must better the objective, or with early_stopping the accuracy; null: all max_iter epochs. */
  readonly tol: number | null;
  /** Epochs in a row without that, after which the fit ends (adaptive: the rate is divided by five). */
  readonly n_iter_no_change: number;
  /** Sets rows aside and judges epochs by the accuracy on them. */
  readonly early_stopping: boolean;
  /** Of early_stopping: the share of rows set aside, of each class alike. */
  readonly validation_fraction: number;
  /** Whether each epoch takes the rows in a new order. The orders are our own, not scikit-learn's. */
  readonly shuffle: boolean;
  readonly seed: number;
  /** Factors of a row's step by its class; balanced: as if all classes had as many rows. A class not named has 1. */
  readonly class_weight: 'balanced' | Readonly<Record<string, number>> | null;
  readonly fit_intercept: boolean;
  /** Fits with this many seeds, from `seed` on, whose weights are averaged. Default 1. */
  readonly seeds?: number | undefined;
}

/** SGDClassifier's own defaults. */
export const sgdDefaults: SgdSettings = {
  loss: 'hinge',
  penalty: 'l2',
  alpha: 0.0001,
  l1_ratio: 0.15,
  learning_rate: 'optimal',
  eta0: 0.01,
  power_t: 0.5,
  average: false,
  max_iter: 1000,
  tol: 1e-3,
  n_iter_no_change: 5,
  early_stopping: false,
  validation_fraction: 0.1,
  shuffle: true,
  seed: 0,
  class_weight: null,
  fit_intercept: true,
};

/** A row's decision is its dot product with `coef`, plus `intercept`. */
export interface LinearFit {
  readonly coef: Float64Array;
  readonly intercept: number;
}
