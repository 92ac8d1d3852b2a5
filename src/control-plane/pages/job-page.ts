import { count } from '../../transform/report/figures.ts';
import { type Html, type HtmlPart, html } from '../../transform/report/html.ts';
import type { LogEvent } from '../state/log-streams.ts';
import { isUnderWay, type StoredJob } from '../state/stored.ts';
import { moment, progressText, runTime, statusMark } from './job-facts.ts';
import { layout } from './layout.ts';

export interface StreamTail {
  readonly name: string;
  /** The last ones. */
  readonly events: readonly LogEvent[];
  /** How many there are. */
  readonly total: number;
}

/** One job: how it stands, what was asked for, and the ends of its logs. */
export function jobPage(job: StoredJob, logs: readonly StreamTail[], hasReport: boolean): Html {
  const name = job.request.TransformJobName;
  return layout({
    title: `${name}: ${job.status}`,
    heading: html`<p><a href="/">All jobs</a></p>
<h1>${name}</h1>`,
    main: html`<h2>Status</h2>
<dl class="card">${facts(job).map(([term, value]) => html`<dt>${term}</dt><dd>${value}</dd>`)}</dl>
${hasReport ? html`<p><a href="/jobs/${name}/report">Report</a>: speed, errors, answers, costs, and what made them.</p>` : undefined}
<h2>Logs</h2>
${logs.length === 0 ? html`<p class="card empty">Nothing has been written.</p>` : logs.map(streamTail)}
<h2 id="request">Request</h2>
<pre class="card" tabindex="0" role="region" aria-labelledby="request">${JSON.stringify(job.request, undefined, 2)}</pre>`,
    isLive: isUnderWay(job),
  });
}

function facts(job: StoredJob): readonly (readonly [term: string, value: HtmlPart])[] {
  const { progress, failureReason } = job;
  const retries = progress.retries === 0 ? '' : `, ${count(progress.retries)} tried again`;
  return [
    ['Status', statusMark(job)],
    ...(failureReason === undefined ? [] : [['Reason', html`<span class="bad">${failureReason}</span>`] as const]),
    ['Progress', progressText(job)],
    ['Duration', runTime(job)],
    ['Records', count(progress.records)],
    ['Error records', count(progress.errorRecords)],
    ['Mini-batches', `${count(progress.miniBatches)}${retries}`],
    ['Model', job.request.ModelName],
    ['Input', html`<code>${job.request.TransformInput.DataSource.S3DataSource.S3Uri}</code>`],
    ['Output', html`<code>${job.request.TransformOutput.S3OutputPath}</code>`],
    ['Created', moment(job.creationTime)],
    ['Started', moment(job.startTime)],
    ['Ended', moment(job.endTime)],
  ];
}

function streamTail({ name, events, total }: StreamTail, index: number): Html {
  const lines = events.map(
    ({ timestamp, message }) => `${new Date(timestamp).toISOString().slice(11, 23)}  ${message}\n`,
  );
  const left =
    total > events.length
      ? html` <span class="dim">(the last ${events.length} of ${count(total)} lines)</span>`
      : undefined;
  return html`<h3 id="log-${index}">${name}${left}</h3>
<pre class="card" tabindex="0" role="region" aria-labelledby="log-${index}">${lines}</pre>`;
}
