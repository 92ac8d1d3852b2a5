import type { SgdSettings } from './settings.ts';

// Losses are numbers here and their functions switches, because a call through a variable is never inlined once
// several losses have been used in one process.
export const lossCode = { hinge: 0, squared_hinge: 1, log_loss: 2, modified_huber: 3 } as const satisfies Record<
  SgdSettings['loss'],
  number
>;
export type LossCode = (typeof lossCode)[SgdSettings['loss']];

/** The loss of a decision p for a label y of -1 or 1, whose slope is known. */
export function lossOf(code: LossCode, p: number, y: number, slope: number): number {
  const z = y * p;
  switch (code) {
    case lossCode.hinge:
      return z <= 1 ? 1 - z : 0;
    case lossCode.squared_hinge:
      return z < 1 ? (1 - z) * (1 - z) : 0;
    case lossCode.log_loss:
      // ln(1 + e^-z) without a second exponential: |slope| is 1 / (1 + e^z), which rounds to 1 where z is far below 0.
      return z > -18 ? -Math.log1p(-Math.abs(slope)) : -z;
    case lossCode.modified_huber:
      return z >= 1 ? 0 : z >= -1 ? (1 - z) * (1 - z) : -4 * z;
  }
}

/** Its derivative by p. */
export function slopeOf(code: LossCode, p: number, y: number): number {
  const z = y * p;
  switch (code) {
    case lossCode.hinge:
      // Active at a margin of exactly 1, as in scikit-learn.
      return z <= 1 ? -y : 0;
    case lossCode.squared_hinge:
      // Held below 1e12, as there: steps that are too large end as an error and not as NaN.
      return z < 1 ? Math.max(-1e12, Math.min(1e12, -2 * y * (1 - z))) : 0;
    case lossCode.log_loss:
      return -y / (1 + Math.exp(z));
    case lossCode.modified_huber:
      return z >= 1 ? 0 : z >= -1 ? -2 * y * (1 - z) : -4 * y;
  }
}
