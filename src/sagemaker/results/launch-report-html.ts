import { answerSection } from '../../transform/report/chart-sections.ts';
import { drawCharts } from '../../transform/report/charts.ts';
import { count, duration, megabytes, money, percent, plural } from '../../transform/report/figures.ts';
import { type Html, html } from '../../transform/report/html.ts';
import { errorSection, objectSection } from '../../transform/report/object-sections.ts';
import { settingsSection } from '../../transform/report/origin-sections.ts';
import { page, tile } from '../../transform/report/page.ts';
import { facts, table } from '../../transform/report/table.ts';
import type { LaunchReport } from './launch-report.ts';

/** report.html of a job that ran on SageMaker. */
export async function launchReportHtml(report: LaunchReport): Promise<string> {
  const { job, status, totals, errors, answers, objects, objectsLeftOut, request } = report;
  const charts = await drawCharts({
    throughput: [],
    latencyBucketsMs: [],
    seconds: 0,
    totals: { miniBatches: 0 },
    answers,
  });
  const shown = objects.map(({ inputLines, ...object }) => ({
    ...object,
    ...(inputLines === undefined ? {} : { records: inputLines }),
  }));
  const sections = [
    causeSection(report),
    problemSection(report),
    errorSection({ errors, retries: [], totals: { failed: totals.failed } }),
    objectSection({ objects: shown, objectsLeftOut }),
    answerSection({ answers }, charts, ['output', 'outputs']),
    costSection(report),
    settingsSection({ settings: null, request }, ['none', "SageMaker's default"]),
    lineageSection(report),
  ];
  const footer = `Made by batchline ${report.lineage.batchline}. report.json beside this page holds the same, lineage.json all objects.`;
  return page({ job, status, head: headSection(report), sections, footer });
}

function headSection({ job, status, failureReason, startedAt, seconds, totals, cost }: LaunchReport): Html {
  const { objects, completed, resumed, failed, records, errorRecords } = totals;
  const others = [
    failed > 0 ? `${count(failed)} failed` : '',
    resumed > 0 ? `${count(resumed)} by an earlier job` : '',
  ].filter(Boolean);
  const rate = totals.recordsPerSecond;
  const perSecond = rate === undefined ? undefined : `${figure(rate)} records/s`;
  const share = records ? `${percent((errorRecords ?? 0) / records)} of all records` : undefined;
  const { megabytesPerSecond: speed, requests } = totals;
  const volume = `${megabytes(totals.inputBytes)} in, ${megabytes(totals.outputBytes)} out`;
  return html`<header>
<h1>${job} <span class="badge ${status}">${status}</span></h1>
${startedAt === undefined ? undefined : html`<p>Transform job on SageMaker of ${startedAt.slice(0, 10)}, ${startedAt.slice(11, 16)} UTC</p>`}
${failureReason === undefined ? undefined : html`<p class="reason"><strong>Failure reason:</strong> ${failureReason}</p>`}
<dl class="tiles">
${tile('Objects with outputs', `${count(completed + resumed)} of ${count(objects)}`, others.join(', '))}
${records === undefined ? undefined : tile('Records', count(records), perSecond)}
${errorRecords === undefined ? undefined : tile('Error lines', count(errorRecords), share)}
${seconds === undefined ? undefined : tile('Time', duration(seconds), requests === undefined ? undefined : plural(requests, 'request'))}
${speed === undefined ? tile('Scored', megabytes(totals.inputBytes), `${megabytes(totals.outputBytes)} out`) : tile('Throughput', `${figure(speed)} MB/s`, volume)}
${cost ? tile('Cost', money(cost.amount, cost.currency), `${duration(cost.billedSeconds)} billed`) : undefined}
</dl>
</header>`;
}

/** Two digits of what is small: jobs of minutes over a few records are common, and are not of no speed. */
function figure(value: number): string {
  return value >= 10 ? count(Math.round(value)) : String(Number(value.toPrecision(2)));
}

/** Of a failed job: what probably made it fail, and what to do. */
function causeSection({ causes }: LaunchReport): Html | undefined {
  if (causes.length === 0) return undefined;
  return html`<section><h2>Likely causes</h2>
${table(causes, [
  {
    name: 'Cause',
    of: ({ what, evidence }) =>
      html`${what}${evidence === undefined ? undefined : html`<div class="soft">${evidence}</div>`}`,
    kind: 'key',
  },
  { name: 'What to do', of: ({ remedy }) => remedy, kind: 'key' },
])}
</section>`;
}

function problemSection({ problems }: LaunchReport): Html | undefined {
  if (problems.length === 0) return undefined;
  return html`<section><h2>To look at</h2>
<ul>${problems.map((problem) => html`<li>${problem}</li>`)}</ul>
</section>`;
}

function costSection({ cost, request, seconds }: LaunchReport): Html | undefined {
  const { InstanceCount, InstanceType } = request.TransformResources;
  if (!cost || seconds === undefined) return undefined;
  return html`<section><h2>Cost</h2>
${facts([
  ['Instances', `${InstanceCount} × ${InstanceType}`],
  ['Billed', `${duration(cost.billedSeconds)}, from the start to the end of the transform`],
  ['Price per hour', `${cost.perHour} ${cost.currency}`],
  ['Cost', money(cost.amount, cost.currency)],
])}
<p class="soft">Requests and storage of S3 are not in it, nor are earlier jobs whose outputs were kept. Prices: ${cost.region}, as of ${cost.asOf}.</p>
</section>`;
}

/** What made the outputs: enough to make them again, or to see that something has changed. */
function lineageSection({ lineage, request }: LaunchReport): Html {
  const code = (text: string | undefined): Html | undefined =>
    text === undefined ? undefined : html`<code>${text}</code>`;
  return html`<section><h2>Lineage</h2>
${facts([
  ['Input', code(request.TransformInput.DataSource.S3DataSource.S3Uri)],
  ['Output', code(request.TransformOutput.S3OutputPath)],
  ['Image', code(lineage.image)],
  ['Model', code(lineage.modelArn ?? request.ModelName)],
  ['Model archive', code(lineage.modelUrl)],
  ['Made from', code(lineage.modelSource)],
  ['Model hash', code(lineage.modelHash)],
  ['Data version', code(lineage.dataVersion)],
  ['Settings hash', code(lineage.settingsHash)],
  ['Job', code(lineage.jobArn)],
  ['Git commit', code(lineage.gitCommit)],
  ['batchline', code(lineage.batchline)],
])}
<details><summary>The job as a CreateTransformJob request</summary><pre>${JSON.stringify(request, undefined, 2)}</pre></details>
</section>`;
}
