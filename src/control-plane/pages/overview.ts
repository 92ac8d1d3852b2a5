import type { ContainerDefinition } from '../../sagemaker-api/create-model.ts';
import { count } from '../../transform/report/figures.ts';
import { type Html, html } from '../../transform/report/html.ts';
import { isUnderWay, type StoredJob, type StoredModel } from '../state/stored.ts';
import { moment, progressText, runTime, statusMark } from './job-facts.ts';
import { layout } from './layout.ts';

const mostJobs = 200;

/** What is there: jobs, newest first, and models. */
export function overviewPage(jobs: readonly StoredJob[], models: readonly StoredModel[], address: string): Html {
  const newest = [...jobs].sort((a, b) => b.creationTime - a.creationTime);
  const underWay = jobs.filter(isUnderWay).length;
  return layout({
    title: underWay > 0 ? `(${underWay}) batchline local` : 'batchline local',
    heading: html`<h1>batchline local</h1>
<p class="dim">SageMaker’s batch transform on this machine. Clients find it by <code>AWS_ENDPOINT_URL=${address}</code></p>`,
    main: html`<h2 id="jobs">Transform jobs</h2>
${jobs.length === 0 ? noJobs : jobsTable(newest.slice(0, mostJobs))}
${jobs.length > mostJobs ? html`<p class="dim">The newest ${mostJobs} of ${count(jobs.length)} jobs.</p>` : undefined}
<h2 id="models">Models</h2>
${models.length === 0 ? noModels : modelsTable(models)}`,
    isLive: underWay > 0,
  });
}

const noJobs = html`<p class="card empty">None yet. CreateTransformJob makes one; <code>aws sagemaker create-transform-job</code> will do.</p>`;
const noModels = html`<p class="card empty">None yet. CreateModel makes one: an image, and the S3 URI of a model.tar.gz.</p>`;

function jobsTable(jobs: readonly StoredJob[]): Html {
  return html`<div class="card scroll" role="region" aria-labelledby="jobs" tabindex="0"><table>
<thead><tr><th scope="col">Name</th><th scope="col">Status</th><th scope="col">Progress</th><th scope="col" class="number">Duration</th><th scope="col" class="number">Records</th><th scope="col" class="number">Error records</th><th scope="col">Created</th></tr></thead>
<tbody>${jobs.map(jobRows)}</tbody>
</table></div>`;
}

function jobRows(job: StoredJob): Html {
  const { request, progress, failureReason, creationTime } = job;
  const name = request.TransformJobName;
  const errors = (progress.errorRecords ?? 0) > 0 ? 'number bad' : 'number';
  const reason =
    failureReason &&
    html`<tr class="reason"><td colspan="7"><div>${failureReason}</div></td></tr>
`;
  return html`<tr class="${reason ? 'explained' : ''}"><th scope="row"><a href="/jobs/${name}">${name}</a></th><td>${statusMark(job)}</td><td>${progressText(job)}</td><td class="number">${runTime(job)}</td><td class="number">${count(progress.records)}</td><td class="${errors}">${count(progress.errorRecords)}</td><td>${moment(creationTime)}</td></tr>
${reason}`;
}

function modelsTable(models: readonly StoredModel[]): Html {
  const newest = [...models].sort((a, b) => b.creationTime - a.creationTime);
  return html`<div class="card scroll" role="region" aria-labelledby="models" tabindex="0"><table>
<thead><tr><th scope="col">Name</th><th scope="col">Image</th><th scope="col">Model archive</th><th scope="col">Created</th></tr></thead>
<tbody>${newest.map(modelRow)}</tbody>
</table></div>`;
}

function modelRow({ request, creationTime }: StoredModel): Html {
  const containers = request.Containers ?? (request.PrimaryContainer ? [request.PrimaryContainer] : []);
  const each = (show: (container: ContainerDefinition) => string | undefined) =>
    containers.map((container) => html`<div>${show(container) ?? '–'}</div>`);
  return html`<tr><th scope="row">${request.ModelName}</th><td class="wide">${each(({ Image: image }) => image)}</td><td class="wide">${each(({ ModelDataUrl: url }) => url)}</td><td>${moment(creationTime)}</td></tr>
`;
}
