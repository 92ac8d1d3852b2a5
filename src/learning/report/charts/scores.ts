import type { EvaluationFacts, ScoreHistogram } from '../evaluation-facts.ts';
import { classColours, grouped, shortNames, sum } from './style.ts';

export function scoreSpec({ classes, confusion }: EvaluationFacts, { name, bins }: ScoreHistogram): object {
  const shown = shortNames(classes).slice(0, classColours.length);
  const values = bins.flatMap(({ from, to, counts }) =>
    shown.map((actual, index) => ({ from, to, actual, count: counts[index] ?? 0 })),
  );
  // An outline goes on to the end of the last bin.
  const ends = values.slice(-shown.length).map((last) => ({ ...last, from: last.to }));
  const counted = shown.map((label, index) => `${grouped(sum(confusion[index] ?? []))} ${label}`);
  const more = classes.length - shown.length;
  const few = shown.length <= 2;
  return {
    title: {
      text: 'Scores by class',
      subtitle: few ? counted.join(', ') : more > 0 ? `the first ${shown.length} of ${classes.length} classes` : '',
    },
    width: 520,
    height: 260,
    data: { values: few ? values : [...values, ...ends] },
    // Two areas show where they overlap; of more, only outlines can be told apart.
    mark: few
      ? { type: 'rect', opacity: 0.55, stroke: '#ffffff', strokeWidth: 0.5 }
      : { type: 'line', interpolate: 'step-after', strokeWidth: 2 },
    encoding: {
      x: {
        field: 'from',
        type: 'quantitative',
        title: name,
        scale: { nice: false, zero: false },
        axis: { grid: false },
      },
      y: { field: 'count', type: 'quantitative', title: 'rows', axis: { tickCount: 5, tickMinStep: 1 } },
      ...(few && { x2: { field: 'to' }, y2: { datum: 0 } }),
      color: {
        field: 'actual',
        type: 'nominal',
        title: 'actual',
        scale: { domain: shown, range: classColours.slice(0, shown.length) },
      },
    },
  };
}
