import type { EvaluationFacts, TermWeight } from '../evaluation-facts.ts';
import { blue, orange, shortNames } from './style.ts';

export function weightSpec({ classes, positive = 1 }: EvaluationFacts, weights: readonly TermWeight[]): object {
  const names = shortNames(classes);
  const against = names.length === 2 ? `for ${names[1 - positive]}` : `against ${names[positive]}`;
  const sides = [against, `for ${names[positive]}`];
  const values = weights.map(({ term, weight }) => ({ term: visible(term), weight, side: sides[weight > 0 ? 1 : 0] }));
  return {
    title: { text: 'Top weights', subtitle: `the ${values.length} terms that count most, either way` },
    width: 420,
    height: Math.max(60, 19 * values.length),
    data: { values },
    mark: { type: 'bar', height: 13 },
    encoding: {
      y: {
        field: 'term',
        type: 'nominal',
        sort: null,
        title: null,
        axis: { labelLimit: 240, ticks: false, domain: false },
      },
      x: { field: 'weight', type: 'quantitative', title: 'weight', axis: { tickCount: 6, format: '.3~g' } },
      color: {
        field: 'side',
        type: 'nominal',
        title: null,
        scale: { domain: sides, range: [orange, blue] },
        legend: { labelLimit: 340 },
      },
    },
  };
}

/** A term of characters may begin or end with a space, and may be one. */
function visible(term: string): string {
  return term.replace(/^ | $/g, '␣');
}
