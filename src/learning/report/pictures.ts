import type { TopLevelSpec } from 'vega-lite';
import { chartSpecs } from './charts/specs.ts';
import { chartConfig } from './charts/style.ts';
import type { EvaluationFacts, TermWeight } from './evaluation-facts.ts';
import { renderPng } from './png.ts';

export interface Picture {
  /** confusion, roc, pr, calibration, scores, weights: the files are called so. */
  readonly name: string;
  readonly svg: string;
  readonly png: Uint8Array;
}

/**
 * Draws what the facts allow, one picture after the other. Vega is loaded here, because it takes a second and only
 * reports need it.
 */
export async function* drawPictures(facts: EvaluationFacts, weights?: readonly TermWeight[]): AsyncGenerator<Picture> {
  const [vega, vegaLite] = await Promise.all([import('vega'), import('vega-lite')]);
  for (const [name, spec] of Object.entries(chartSpecs(facts, weights))) {
    // A copy, because Vega marks the data as its own.
    const lite = {
      $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
      config: chartConfig,
      ...structuredClone(spec),
    };
    const { spec: compiled } = vegaLite.compile(lite as unknown as TopLevelSpec);
    const view = new vega.View(vega.parse(compiled), { renderer: 'none' });
    const svg = await view.toSVG();
    view.finalize();
    yield { name, svg, png: await renderPng(svg) };
  }
}
