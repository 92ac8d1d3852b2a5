import { count, duration } from '../../transform/report/figures.ts';
import { type Html, html } from '../../transform/report/html.ts';
import { isUnderWay, type StoredJob } from '../state/stored.ts';

const marks = { InProgress: '▶', Completed: '✓', Failed: '✕', Stopping: '■', Stopped: '■' };

export function statusMark({ status, startTime }: StoredJob): Html {
  const waits =
    status === 'InProgress' && startTime === undefined ? html` <span class="dim">(waiting)</span>` : undefined;
  return html`<span class="status ${status}"><span aria-hidden="true">${marks[status]}</span> ${status}</span>${waits}`;
}

/** A bar while the job is under way, and how many objects are done. */
export function progressText(job: StoredJob): Html {
  const { objects, objectsDone, bytes, bytesDone } = job.progress;
  const [done, all] = bytes > 0 ? [Math.min(bytesDone, bytes), bytes] : [objectsDone, Math.max(1, objects)];
  const percent = `${Math.floor((100 * done) / all)} %`;
  const label = `Progress of ${job.request.TransformJobName}`;
  const bar = html`<div class="nowrap"><progress value="${done}" max="${all}" aria-label="${label}">${percent}</progress> ${percent}</div>`;
  return html`${isUnderWay(job) ? bar : undefined}<span class="nowrap">${count(objectsDone)} of ${count(objects)} ${objects === 1 ? 'object' : 'objects'}</span>`;
}

/** Of the job's run; a job that waits has none. */
export function runTime({ startTime, endTime = Date.now() }: StoredJob): string {
  return startTime === undefined ? '–' : duration(Math.max(0, endTime - startTime) / 1000);
}

export function moment(time: number | undefined): Html | string {
  if (time === undefined) return '–';
  const iso = new Date(time).toISOString();
  return html`<time datetime="${iso}" class="nowrap">${iso.slice(0, 19).replace('T', ' ')} UTC</time>`;
}
