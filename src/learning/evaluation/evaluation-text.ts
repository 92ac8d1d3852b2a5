import type { Comparison } from './compare-models.ts';
import type { Evaluation } from './evaluate.ts';
import { type FigureName, figureNames } from './figures.ts';
import type { Slice, SliceReport } from './slices.ts';

/** An evaluation as tables for people; ends with a newline. */
export function evaluationText(evaluation: Evaluation): string {
  const parts = [
    figures(evaluation),
    classes(evaluation),
    confusion(evaluation),
    ...Object.entries(evaluation.slices ?? {}).map(([field, report]) => slices(field, report)),
  ];
  return `${parts.join('\n\n')}\n`;
}

/** Two models in a line each: the figure with its difference, and the test. */
export function comparisonText(
  { figure, a, b, difference, interval, mcnemar }: Comparison,
  names = ['a', 'b'],
): string {
  const range = interval ? ` (interval ${digits(interval.low)} to ${digits(interval.high)})` : '';
  const test = mcnemar.method === 'exact' ? 'exact' : `chi-square ${digits(mcnemar.statistic)}`;
  return [
    `${figure}: ${names[0]} ${digits(a)}, ${names[1]} ${digits(b)}, difference ${digits(difference)}${range}`,
    `right only in ${names[0]} ${mcnemar.only_a_right}, only in ${names[1]} ${mcnemar.only_b_right}; McNemar's test (${test}): p = ${mcnemar.p_value.toPrecision(2)}`,
    '',
  ].join('\n');
}

function figures(evaluation: Evaluation): string {
  const { rows, positive, intervals, level } = evaluation;
  const names = figureNames.filter((name) => evaluation[name] !== undefined);
  const range = (name: FigureName) => {
    const interval = intervals?.[name];
    return interval ? `${digits(interval.low)} to ${digits(interval.high)}` : '';
  };
  const about = positive === null ? '' : `, positive class ${positive}`;
  return table([
    [`${rows} rows${about}`, '', level === undefined ? '' : `${level * 100} % interval`],
    ...names.map((name) => [name, digits(evaluation[name]), range(name)]),
  ]);
}

function classes({ per_class }: Evaluation): string {
  return table([
    ['class', 'precision', 'recall', 'f1', 'rows'],
    ...Object.entries(per_class).map(([name, { precision, recall, f1, support }]) => [
      name,
      digits(precision),
      digits(recall),
      digits(f1),
      `${support}`,
    ]),
  ]);
}

function confusion({ classes: names, confusion: counts }: Evaluation): string {
  return table([
    ['actual \\ predicted', ...names],
    ...counts.map((row, index) => [names[index] as string, ...row.map((count) => `${count}`)]),
  ]);
}

function slices(field: string, { by, slices: found, small, least_rows, worst }: SliceReport): string {
  const shown = [...new Set<FigureName>(['accuracy', by])];
  const line = (name: string, { rows, figures, interval }: Omit<Slice, 'value'>, note = '') => [
    name,
    `${rows}`,
    ...shown.map((figure) => digits(figures[figure])),
    interval ? `${digits(interval.low)} to ${digits(interval.high)}` : '',
    note,
  ];
  return table([
    [`by ${field}`, 'rows', ...shown, '', ''],
    ...found.map((slice) => line(slice.value ?? '(none)', slice, slice.value === worst?.value ? 'worst' : '')),
    ...(small ? [line(`${small.values} with under ${least_rows} rows`, small)] : []),
  ]);
}

/** The first column to the left, numbers to the right. */
function table(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  const pad = (cell: string, column: number) =>
    column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0);
  return rows.map((row) => row.map(pad).join('  ').trimEnd()).join('\n');
}

function digits(value: number | null | undefined): string {
  return typeof value === 'number' ? value.toFixed(4) : 'undefined';
}
