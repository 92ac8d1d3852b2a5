import { BatchlineError } from '../../errors.ts';
import type { Interval } from './bootstrap.ts';
import type { Evaluation } from './evaluate.ts';
import { type FigureName, losses } from './figures.ts';
import { type GateName, parseGateName } from './gate-names.ts';
import { worstSlice } from './slices.ts';

/**
 * What an evaluation must reach, by names as `min_f1`, `max_log_loss`, `min_slice_recall`. `max_drop` is how much
 * worse than the baseline figures may be: one number for accuracy and f1 (f1_macro without a positive class), or a
 * number for each figure named. Of a loss the rise counts.
 */
export type Gates = Readonly<Record<string, number | Readonly<Record<string, number>> | undefined>>;

export interface GateFailure {
  /** As it is written in the parameters; of max_drop with the figure: max_drop.f1. */
  readonly gate: string;
  readonly metric: FigureName;
  /** The slice at fault. */
  readonly slice: { readonly field: string; readonly value: string | null; readonly rows: number } | null;
  /** The bound that the figure must keep. */
  readonly expected: number;
  /** Null where the rows do not define the figure. */
  readonly received: number | null;
  readonly by: number | null;
  /** Of what was received. One that holds the bound says that other rows might have passed. */
  readonly interval: Interval | null;
  /** The baseline's figure, of max_drop. */
  readonly baseline: number | null;
  /** All of this in a sentence. */
  readonly message: string;
}

/**
 * The gates that an evaluation does not pass. Throws INVALID_SETTING for unknown names, bounds that are no numbers, and
 * gates on what the evaluation does not have (a figure, slices, a baseline): a gate is never passed unchecked.
 */
export function checkGates(evaluation: Evaluation, gates: Gates, baseline?: Evaluation): readonly GateFailure[] {
  return readGates(gates, evaluation).flatMap((gate) => {
    if (gate.kind === 'drop') return checkDrop(gate, evaluation, baseline);
    return gate.kind === 'slice' ? checkSlices(gate, evaluation) : checkFigure(gate, evaluation);
  });
}

/** Only the names and bounds, for saying so before anything is trained. Throws INVALID_SETTING. */
export function checkGateNames(gates: Gates): void {
  readGates(gates, { positive: null });
}

type Gate = GateName & { readonly gate: string; readonly bound: number };

function readGates(gates: Gates, { positive }: Pick<Evaluation, 'positive'>): Gate[] {
  return Object.entries(gates).flatMap(([name, bound]): Gate[] => {
    if (bound === undefined) return [];
    if (name !== 'max_drop') return [{ ...parseGateName(name), gate: name, bound: numberOf(name, bound) }];
    const drops = typeof bound === 'object' ? bound : byDefault(positive, numberOf(name, bound));
    return Object.entries(drops).map(([metric, drop]) => {
      const gate = `max_drop.${metric}`;
      return { ...parseGateName(gate), gate, bound: numberOf(gate, drop) };
    });
  });
}

function byDefault(positive: string | null, drop: number): Record<string, number> {
  return { accuracy: drop, [positive === null ? 'f1_macro' : 'f1']: drop };
}

function numberOf(gate: string, bound: unknown): number {
  if (typeof bound === 'number' && Number.isFinite(bound)) return bound;
  throw invalid(`gate ${gate}: expected a number, received ${JSON.stringify(bound)}.`);
}

function checkFigure({ gate, metric, side, bound }: Gate, evaluation: Evaluation): GateFailure[] {
  const received = figureIn(evaluation, gate, metric);
  const interval = evaluation.intervals?.[metric] ?? null;
  return judge({ gate, metric, side, expected: bound, received, interval, slice: null, baseline: null });
}

function checkDrop({ gate, metric, bound }: Gate, evaluation: Evaluation, baseline: Evaluation | undefined) {
  if (!baseline)
    throw invalid(`gate ${gate}: expected a baseline to compare with, received none; name one, or leave the gate out.`);
  const before = figureIn(baseline, `${gate} (of the baseline)`, metric);
  if (before === null) throw invalid(`gate ${gate}: the baseline's ${metric} is not defined.`);
  const side = losses.has(metric) ? 'max' : 'min';
  const expected = side === 'max' ? before + bound : before - bound;
  const interval = evaluation.intervals?.[metric] ?? null;
  const received = figureIn(evaluation, gate, metric);
  return judge({ gate, metric, side, expected, received, interval, slice: null, baseline: before });
}

/** Of each field the worst slice speaks for all. Slices too small to have figures of their own are not judged. */
function checkSlices({ gate, metric, side, bound }: Gate, { slices }: Evaluation): GateFailure[] {
  const fields = Object.entries(slices ?? {});
  if (fields.length === 0)
    throw invalid(`gate ${gate}: expected an evaluation by slices, received none; name fields to slice by.`);
  return fields.flatMap(([field, report]) => {
    const worst = worstSlice(report.slices, metric);
    if (!worst) return [];
    const { value, rows } = worst;
    const interval = report.by === metric ? (worst.interval ?? null) : null;
    const received = worst.figures[metric] as number;
    return judge({
      gate,
      metric,
      side,
      expected: bound,
      received,
      interval,
      slice: { field, value, rows },
      baseline: null,
    });
  });
}

/** Rounding of a subtraction must not fail a gate. */
const rounding = 1e-12;

function judge({ side, ...found }: Omit<GateFailure, 'by' | 'message'> & Pick<GateName, 'side'>): GateFailure[] {
  const { received, expected } = found;
  const by = received === null ? null : side === 'min' ? expected - received : received - expected;
  if (by !== null && by <= rounding) return [];
  return [{ ...found, by, message: sentence({ ...found, by, side }) }];
}

function sentence(failure: Omit<GateFailure, 'message'> & Pick<GateName, 'side'>): string {
  const { gate, metric, slice, side, expected, received, by, interval, baseline } = failure;
  const of = slice ? ` of ${slice.field} ${JSON.stringify(slice.value)} (${slice.rows} rows)` : '';
  const bound = `expected at ${side === 'min' ? 'least' : 'most'} ${digits(expected)}`;
  const was = baseline === null ? '' : ` (the baseline's is ${digits(baseline)})`;
  if (received === null || by === null)
    return `${gate}: ${metric}${of}: ${bound}${was}, but these rows do not define it.`;
  const range = interval ? ` (interval ${digits(interval.low)} to ${digits(interval.high)})` : '';
  return `${gate}: ${metric}${of}: ${bound}${was}, received ${digits(received)}${range}, ${digits(by)} too ${side === 'min' ? 'low' : 'high'}.`;
}

function figureIn(evaluation: Evaluation, gate: string, metric: FigureName): number | null {
  const value = evaluation[metric];
  if (value !== undefined) return value;
  const why = ['precision', 'recall', 'f1'].includes(metric)
    ? `name a positive class, or use ${metric}_macro`
    : 'it needs probabilities, or for ranking decisions';
  throw invalid(`gate ${gate}: the evaluation has no ${metric}: ${why}.`);
}

function digits(value: number): string {
  return Number(value.toPrecision(4)).toString();
}

function invalid(message: string): BatchlineError {
  return new BatchlineError('INVALID_SETTING', `Evaluation: ${message}`);
}
