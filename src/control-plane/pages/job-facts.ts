import { isUnderWay, type StoredJob } from '../state/stored.ts';
import { type Html, html } from './html.ts';

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
  const bar = html`<progress value="${done}" max="${all}" aria-label="${label}">${percent}</progress> ${percent}<br>`;
  return html`${isUnderWay(job) ? bar : undefined}<span class="nowrap">${count(objectsDone)} of ${count(objects)} ${objects === 1 ? 'object' : 'objects'}</span>`;
}

/** Of the job's run; a job that waits has none. */
export function duration({ startTime, endTime = Date.now() }: StoredJob): string {
  if (startTime === undefined) return '–';
  const seconds = Math.max(0, endTime - startTime) / 1000;
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  const minutes = Math.floor(seconds / 60);
  const rest = `${Math.floor(minutes % 60)} min ${Math.floor(seconds % 60)} s`;
  return minutes < 60 ? rest : `${Math.floor(minutes / 60)} h ${rest}`;
}

export function count(value: number | undefined): string {
  return value === undefined ? '–' : value.toLocaleString('en');
}

export function moment(time: number | undefined): Html | string {
  if (time === undefined) return '–';
  const iso = new Date(time).toISOString();
  return html`<time datetime="${iso}" class="nowrap">${iso.slice(0, 19).replace('T', ' ')} UTC</time>`;
}
