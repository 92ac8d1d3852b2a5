import { answerSection, speedSection } from './chart-sections.ts';
import type { Charts } from './charts.ts';
import { costSection } from './cost-section.ts';
import { count, duration, megabytes, milliseconds, percent, plural } from './figures.ts';
import { type Html, html } from './html.ts';
import { errorSection, objectSection } from './object-sections.ts';
import { lineageSection, settingsSection, useSection } from './origin-sections.ts';
import { page, tile } from './page.ts';
import type { Report } from './report-json.ts';

/** report.html of a job that ran here. */
export function reportHtml(report: Report, charts: Charts): string {
  const { job, status } = report;
  const sections = [
    errorSection(report),
    objectSection(report),
    speedSection(report, charts),
    answerSection(report, charts),
    costSection(report.costs, report.request),
    settingsSection(report),
    useSection(report),
    lineageSection(report),
  ];
  const footer = `Made by batchline ${report.lineage.batchline}. report.json beside this page holds the same.`;
  return page({ job, status, head: headSection(report), sections, footer });
}

function headSection({ job, status, failureReason, startedAt, seconds, totals, latencyMs }: Report): Html {
  const { records, errorRecords = 0, objects, completed, failed, resumed } = totals;
  const perSecond =
    records === undefined || seconds === 0 ? undefined : `${count(Math.round(records / seconds))} records/s`;
  const others = [
    failed > 0 ? `${count(failed)} failed` : '',
    resumed > 0 ? `${count(resumed)} were there already` : '',
  ];
  const share = records ? percent(errorRecords / records) : '0 %';
  return html`<header>
<h1>${job} <span class="badge ${status}">${status}</span></h1>
<p>Transform job of ${startedAt.slice(0, 10)}, ${startedAt.slice(11, 16)} UTC</p>
${failureReason === undefined ? undefined : html`<p class="reason"><strong>Failure reason:</strong> ${failureReason}</p>`}
<dl class="tiles">
${tile('Objects completed', `${count(completed)} of ${count(objects)}`, others.filter(Boolean).join(', ') || undefined)}
${records === undefined ? tile('Output lines', count(totals.outputLines)) : tile('Records', count(records), perSecond)}
${records === undefined ? undefined : tile('Error lines', count(errorRecords), `${share} of all records`)}
${tile('Time', duration(seconds), `${plural(totals.miniBatches, 'mini-batch', 'mini-batches')}, ${plural(totals.retries, 'retry', 'retries')}`)}
${tile('Throughput', `${totals.megabytesPerSecond.toFixed(1)} MB/s`, `${megabytes(totals.inputBytes)} in, ${megabytes(totals.outputBytes)} out`)}
${latencyMs ? tile('Median mini-batch', milliseconds(latencyMs.p50), `99 % within ${milliseconds(latencyMs.p99)}`) : undefined}
</dl>
</header>`;
}
