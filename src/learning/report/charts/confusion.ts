import type { EvaluationFacts } from '../evaluation-facts.ts';
import { grouped, ink, percent, shortNames, sum } from './style.ts';

export function confusionSpec({ classes, confusion, rows }: EvaluationFacts): object {
  const names = shortNames(classes);
  const values = names.flatMap((actual, row) => {
    const total = sum(confusion[row] ?? []);
    return names.map((predicted, column) => {
      const count = confusion[row]?.[column] ?? 0;
      const share = total === 0 ? 0 : count / total;
      return {
        actual,
        predicted,
        count,
        share,
        text: [grouped(count), percent(share)],
      };
    });
  });
  // From about eight classes on there is room for one line only.
  const side = Math.max(46, Math.min(120, 480 / classes.length));
  const scale = { domain: names, paddingInner: 0.02, paddingOuter: 0 };
  return {
    title: { text: 'Confusion matrix', subtitle: `${grouped(rows)} rows; shares are of the actual class` },
    width: side * classes.length,
    height: side * classes.length,
    data: { values: side < 70 ? values.map((cell) => ({ ...cell, text: String(cell.count) })) : values },
    encoding: {
      x: {
        field: 'predicted',
        type: 'nominal',
        scale,
        title: 'predicted',
        axis: { labelAngle: classes.length > 4 ? -45 : 0, ...plainAxis },
      },
      y: { field: 'actual', type: 'nominal', scale, title: 'actual', axis: plainAxis },
    },
    layer: [
      {
        mark: 'rect',
        encoding: {
          color: {
            field: 'share',
            type: 'quantitative',
            legend: null,
            scale: { domain: [0, 1], range: ['#eef4fa', '#1f5a94'] },
          },
        },
      },
      {
        mark: {
          type: 'text',
          fontSize: side < 70 ? 11 : 14,
          lineHeight: 19,
          baseline: 'middle',
          dy: side < 70 ? 0 : -9,
        },
        encoding: {
          text: { field: 'text' },
          color: { condition: { test: 'datum.share > 0.65', value: '#ffffff' }, value: ink },
        },
      },
    ],
  };
}

const plainAxis = { ticks: false, domain: false, labelLimit: 260, grid: false } as const;
