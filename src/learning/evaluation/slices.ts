import { type BootstrapOptions, bootstrap, type Interval } from './bootstrap.ts';
import { confusionMatrix } from './confusion.ts';
import { countFigures, type FigureName, figureNames, isCountFigure, losses, scoreFigures } from './figures.ts';
import { type Predictions, positiveIndex, selectRows } from './predictions.ts';
import { isResampledFigure } from './resample.ts';

export interface SliceOptions {
  /** Values with fewer rows are gathered into one slice, because their figures are mostly noise. Default 20. */
  readonly leastRows?: number | undefined;
  readonly positive?: string | undefined;
  /** The figure that names the worst slice. Default f1, without a positive class f1_macro. */
  readonly by?: FigureName | undefined;
  /** Adds an interval of that figure to each slice. */
  readonly bootstrap?: BootstrapOptions | undefined;
}

export interface Slice {
  /** Null stands for rows without the field. */
  readonly value: string | null;
  readonly rows: number;
  /** Null where the slice's rows do not define a figure, as recall without a row of the positive class. */
  readonly figures: Readonly<Partial<Record<FigureName, number | null>>>;
  readonly interval?: Interval | undefined;
}

export interface SliceReport {
  readonly by: FigureName;
  readonly least_rows: number;
  /** Most rows first. */
  readonly slices: readonly Slice[];
  /** All values with too few rows, together. */
  readonly small: (Omit<Slice, 'value'> & { readonly values: number }) | null;
  /** Null where no slice is large enough or defines the figure. */
  readonly worst: Slice | null;
}

/** Figures for each value of a field; `values` has one for each row. */
export function bySlice(
  predictions: Predictions,
  values: readonly (string | null | undefined)[],
  { leastRows = 20, ...options }: SliceOptions = {},
): SliceReport {
  const positive = positiveIndex(predictions.classes, options.positive);
  const by = options.by ?? (positive === undefined ? 'f1_macro' : 'f1');
  const groups = [...rowsByValue(values)];
  const measure = (rows: readonly number[]) => measureRows(predictions, rows, { ...options, by, positive });
  const slices = groups
    .filter(([, rows]) => rows.length >= leastRows)
    .sort(([a, rowsA], [b, rowsB]) => rowsB.length - rowsA.length || ((a ?? '') < (b ?? '') ? -1 : 1))
    .map(([value, rows]) => ({ value, ...measure(rows) }));
  const small = groups.filter(([, rows]) => rows.length < leastRows);
  return {
    by,
    least_rows: leastRows,
    slices,
    small: small.length === 0 ? null : { values: small.length, ...measure(small.flatMap(([, rows]) => rows)) },
    worst: worstSlice(slices, by) ?? null,
  };
}

/** The slice whose figure is worst: lowest, or of a loss highest. */
export function worstSlice(slices: readonly Slice[], by: FigureName): Slice | undefined {
  const sign = losses.has(by) ? -1 : 1;
  const defined = slices.filter(({ figures }) => typeof figures[by] === 'number');
  const goodness = ({ figures }: Slice) => sign * (figures[by] as number);
  return defined.reduce<Slice | undefined>(
    (worst, slice) => (worst === undefined || goodness(slice) < goodness(worst) ? slice : worst),
    undefined,
  );
}

function rowsByValue(values: readonly (string | null | undefined)[]): Map<string | null, number[]> {
  const groups = new Map<string | null, number[]>();
  for (const [row, value] of values.entries()) {
    const rows = groups.get(value ?? null);
    if (rows) rows.push(row);
    else groups.set(value ?? null, [row]);
  }
  return groups;
}

function measureRows(
  predictions: Predictions,
  rows: readonly number[],
  {
    by,
    positive,
    bootstrap: drawing,
    ...options
  }: Pick<SliceOptions, 'bootstrap'> & {
    readonly by: FigureName;
    readonly positive: number | undefined;
  },
): Omit<Slice, 'value'> {
  const selected = selectRows(predictions, Uint32Array.from(rows));
  const named = { ...options, positive: positive === undefined ? undefined : predictions.classes[positive] };
  const canDraw = isCountFigure(by) || isResampledFigure(by);
  return {
    rows: rows.length,
    figures: figuresOf(selected, positive),
    ...(drawing && canDraw && { interval: bootstrap(selected, by, { ...named, ...drawing }) }),
  };
}

/** All figures that apply. Ratios without rows are undefined here: a 0 would name slices worst that have no error. */
function figuresOf(predictions: Predictions, positive: number | undefined): Slice['figures'] {
  const matrix = confusionMatrix(predictions);
  const hasScores = predictions.probabilities ?? predictions.decisions;
  const entries = figureNames.flatMap((name): [FigureName, number | null][] => {
    if (!isCountFigure(name)) return hasScores ? [[name, scoreFigures[name](predictions, positive) ?? null]] : [];
    const value = countFigures[name](matrix, positive, Number.NaN) ?? Number.NaN;
    return [[name, Number.isNaN(value) ? null : value]];
  });
  return Object.fromEntries(entries);
}
