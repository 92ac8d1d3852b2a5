import type { CreateTransformJobRequest } from '../../sagemaker-api/create-transform-job.ts';
import type { CostReport } from './costs.ts';
import { duration, money } from './figures.ts';
import { type Html, html } from './html.ts';
import { table } from './table.ts';

/** What the job would cost on AWS, and what that rests on. */
export function costSection(
  { estimates, assumption, cpuSeconds, prices }: CostReport,
  request: CreateTransformJobRequest,
): Html {
  const { InstanceType: asked } = request.TransformResources;
  const [cheapest] = estimates.filter(({ fits }) => fits !== false).toSorted((a, b) => a.cost - b.cost);
  const remarks = (estimate: CostReport['estimates'][number]): string =>
    [
      estimate.fits === false ? 'too little memory' : '',
      estimate === cheapest ? 'cheapest' : '',
      estimate.instanceType === asked ? "the job's own" : '',
    ]
      .filter((remark) => remark !== '')
      .join(', ');
  return html`<section><h2>What it would cost on SageMaker</h2>
${table(estimates, [
  { name: 'Instance', of: ({ instanceType }) => html`<code>${instanceType}</code>` },
  { name: 'vCPUs', of: ({ vCpus }) => vCpus, kind: 'number' },
  { name: 'Memory', of: ({ memoryGiB }) => `${memoryGiB} GiB`, kind: 'number' },
  { name: 'Price per hour', of: ({ perHour }) => `${perHour} ${prices.currency}`, kind: 'number' },
  { name: 'Estimated time', of: ({ seconds }) => duration(seconds), kind: 'number' },
  { name: 'Estimated cost', of: ({ cost }) => money(cost, prices.currency), kind: 'number' },
  { name: '', of: remarks },
])}
<p class="soft">An estimate from ${duration(cpuSeconds)} of CPU time. ${assumption} Prices: ${prices.region}, as of ${prices.asOf}; ${prices.source}.</p>
</section>`;
}
