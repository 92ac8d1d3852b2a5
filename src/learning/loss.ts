export type LossName = 'hinge' | 'squared_hinge' | 'log_loss' | 'modified_huber';

/** The derivative of a loss by the decision p, for a label y of -1 or 1. */
export const lossGradient: Readonly<Record<LossName, (p: number, y: number) => number>> = {
  // Active at a margin of exactly 1, as in scikit-learn.
  hinge: (p, y) => (y * p <= 1 ? -y : 0),
  squared_hinge: (p, y) => (y * p <= 1 ? -2 * y * (1 - y * p) : 0),
  log_loss: (p, y) => -y / (1 + Math.exp(y * p)),
  modified_huber: (p, y) => (y * p >= 1 ? 0 : y * p >= -1 ? -2 * y * (1 - y * p) : -4 * y),
};
