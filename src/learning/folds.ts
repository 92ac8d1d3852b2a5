export interface Fold {
  readonly train: readonly number[];
  readonly test: readonly number[];
}

/** Divides rows 0 to count - 1 into folds by their position modulo `foldCount`. */
export function foldsByPosition(count: number, foldCount: number): Fold[] {
  const rows = Array.from({ length: count }, (_, row) => row);
  return Array.from({ length: foldCount }, (_, fold) => ({
    train: rows.filter((row) => row % foldCount !== fold),
    test: rows.filter((row) => row % foldCount === fold),
  }));
}
