import type { EvaluationFacts, ScoreHistogram } from '../evaluation-facts.ts';
import { classColours, grouped, short, sum } from './style.ts';

export function scoreSpec({ classes, confusion }: EvaluationFacts, { name, bins }: ScoreHistogram): object {
  const shown = classes.slice(0, classColours.length);
  const values = bins.flatMap(({ from, to, counts }) =>
    shown.map((label, index) => ({ from, to, actual: short(label, index), count: counts[index] ?? 0 })),
  );
  const counted = shown.map((label, index) => `${grouped(sum(confusion[index] ?? []))} ${short(label, index)}`);
  return {
    title: { text: 'Scores by class', subtitle: counted.join(', ') },
    width: 520,
    height: 260,
    data: { values },
    mark: { type: 'rect', opacity: 0.55, stroke: '#ffffff', strokeWidth: 0.5 },
    encoding: {
      x: {
        field: 'from',
        type: 'quantitative',
        title: name,
        scale: { nice: false, zero: false },
        axis: { grid: false },
      },
      x2: { field: 'to' },
      y: { field: 'count', type: 'quantitative', title: 'rows', axis: { tickCount: 5, tickMinStep: 1 } },
      y2: { datum: 0 },
      color: {
        field: 'actual',
        type: 'nominal',
        title: 'actual',
        scale: { domain: shown.map(short), range: classColours.slice(0, shown.length) },
      },
    },
  };
}
