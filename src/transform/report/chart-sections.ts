import type { Charts } from './charts.ts';
import { count, decimal, milliseconds, plural } from './figures.ts';
import { Html, html } from './html.ts';
import type { Report } from './report-json.ts';
import { table } from './table.ts';

/** Throughput over time and latencies. */
export function speedSection({ throughput, latencyMs, latencyBucketsMs }: Report, charts: Charts): Html | undefined {
  if (latencyMs === null) return undefined;
  const { min, mean, p50, p90, p99, max } = latencyMs;
  const rows: [string, number][] = Object.entries({ min, mean, p50, p90, p99, max });
  return html`<section><h2>Speed</h2>
${figure(
  charts.throughput,
  'Throughput over time: input bytes of the mini-batches answered',
  dataTable(throughput, [
    { name: 'Second', of: ({ second }) => decimal(second), kind: 'number' },
    { name: 'Bytes', of: ({ bytes }) => count(bytes), kind: 'number' },
    { name: 'Records', of: ({ records }) => count(records), kind: 'number' },
    { name: 'Mini-batches', of: ({ miniBatches }) => count(miniBatches), kind: 'number' },
  ]),
  'wide',
)}
<div class="pair">
<div><h3>Latency of a mini-batch</h3>${table(rows, [
    { name: 'Measure', of: ([name]) => name },
    { name: 'Time', of: ([, value]) => milliseconds(value), kind: 'number' },
  ])}</div>
${figure(
  charts.latency,
  'Mini-batches by latency, retries included',
  dataTable(latencyBucketsMs, [
    { name: 'From ms', of: ({ from }) => decimal(from), kind: 'number' },
    { name: 'To ms', of: ({ to }) => decimal(to), kind: 'number' },
    { name: 'Mini-batches', of: (bucket) => count(bucket.count), kind: 'number' },
  ]),
)}
</div></section>`;
}

/** Labels and scores of the sampled answers. @param source what the sample was taken of */
export function answerSection(
  { answers }: Pick<Report, 'answers'>,
  charts: Charts,
  source: readonly [one: string, several: string] = ['mini-batch', 'mini-batches'],
): Html | undefined {
  const { labels, tooManyLabels, scores, sampledLines, sampledMiniBatches, lines } = answers;
  if (labels === null && !tooManyLabels && scores.length === 0 && lines.length === 0) return undefined;
  const bins = [
    { name: 'From', of: ({ from }: { from: number }) => decimal(from), kind: 'number' as const },
    { name: 'To', of: ({ to }: { to: number }) => decimal(to), kind: 'number' as const },
    { name: 'Answers', of: (bin: { count: number }) => count(bin.count), kind: 'number' as const },
  ];
  return html`<section><h2>Answers</h2>
<p class="soft">From a sample: ${plural(sampledLines, 'line')}, the first of ${plural(sampledMiniBatches, ...source)}.</p>
${tooManyLabels ? html`<p>More than 50 different labels.</p>` : undefined}
<div class="pair">
${
  labels === null
    ? undefined
    : figure(
        charts.labels,
        'Labels',
        dataTable(labels, [
          { name: 'Label', of: ({ label }) => label, kind: 'key' },
          { name: 'Answers', of: (label) => count(label.count), kind: 'number' },
        ]),
      )
}
${scores.map((score, index) =>
  figure(
    charts.scores[index],
    `${score.name}: from ${decimal(score.min)} to ${decimal(score.max)}, mean ${decimal(score.mean)}`,
    dataTable(score.bins, bins),
  ),
)}
</div>
${lines.length === 0 ? undefined : html`<h3>First answers</h3><pre>${lines.join('\n')}</pre>`}
</section>`;
}

function dataTable<T>(rows: readonly T[], columns: Parameters<typeof table<T>>[1]): Html {
  return html`<details><summary>As a table</summary>${table(rows, columns)}</details>`;
}

function figure(svg: string | undefined, caption: string, data: Html, width: 'wide' | 'half' = 'half'): Html {
  return html`<figure class="${width}">${svg === undefined ? undefined : html`<div class="scroll">${new Html(svg)}</div>`}<figcaption>${caption}</figcaption>${data}</figure>`;
}
