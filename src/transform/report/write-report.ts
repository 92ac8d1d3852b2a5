import { drawCharts } from './charts.ts';
import { reportHtml } from './report-html.ts';
import { makeReport, type Report, type ReportInput } from './report-json.ts';

/** The report of a job: what goes into report.html, and into report.json. */
export async function writeReport(input: ReportInput): Promise<{ readonly html: string; readonly json: Report }> {
  const json = makeReport(input);
  return { html: reportHtml(json, await drawCharts(json)), json };
}
