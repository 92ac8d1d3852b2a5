import type { VariantResult } from '../../learning/search/variant-result.ts';

const mostShown = 20;

/** The variants with their scores, the best marked. */
export function trainingText({
  best,
  all,
  output,
}: {
  best: VariantResult;
  all: readonly VariantResult[];
  output?: string;
}): string {
  const ranked = all.toSorted((a, b) => b.score - a.score || a.index - b.index).slice(0, mostShown);
  const lines = ranked.map(
    ({ index, score, folds, values }) =>
      `${index === best.index ? '*' : ' '} ${score.toFixed(4)} ± ${deviation(folds).toFixed(4)}  ${named(values)}`,
  );
  const more = all.length > mostShown ? [`  and ${all.length - mostShown} more`] : [];
  const written = output === undefined ? [] : [`written to ${output}`];
  return `${[`${best.scoring}, out of fold on ${best.rows} rows (± standard deviation of the folds):`, ...lines, ...more, ...written].join('\n')}\n`;
}

function named(values: Readonly<Record<string, unknown>>): string {
  return (
    Object.entries(values)
      .map(([key, value]) => `${key}=${JSON.stringify(value)}`)
      .join(' ') || 'as the parameters say'
  );
}

function deviation(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
}
