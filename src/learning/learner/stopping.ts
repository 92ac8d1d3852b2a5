import type { SgdSettings } from './settings.ts';
import type { EpochFigures } from './sgd-fitter.ts';

/**
 * scikit-learn's rule of when a fit has converged. The function it gives is asked after each epoch, with the accuracy on
 * the rows set aside where there are such, and answers whether n_iter_no_change epochs in a row were no better by `tol`
 * than the best before them.
 */
export function createStoppingRule({ tol, n_iter_no_change }: SgdSettings) {
  let best = Number.NEGATIVE_INFINITY;
  let without = 0;
  return (figures: EpochFigures, accuracy?: number): boolean => {
    if (tol === null) return false;
    const gain = accuracy ?? -figures.objective;
    without = gain < best + tol ? without + 1 : 0;
    best = Math.max(best, gain);
    if (without < n_iter_no_change) return false;
    // Asked again, by a fit that goes on more slowly, the count begins anew.
    without = 0;
    return true;
  };
}
