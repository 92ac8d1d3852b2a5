import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type RequestHandler, type Response, Router } from 'express';
import { type Html, html } from '../../transform/report/html.ts';
import type { Models } from '../models.ts';
import type { LogStreams } from '../state/log-streams.ts';
import type { TransformJobs } from '../transform-jobs.ts';
import { jobPage } from './job-page.ts';
import { layout } from './layout.ts';
import { overviewPage } from './overview.ts';
import { style } from './style.ts';

export interface PagesOptions {
  readonly jobs: TransformJobs;
  readonly models: Models;
  readonly logs: LogStreams;
  /** The folder of the jobs' reports. */
  readonly reports: string;
}

const mostLines = 100;
/** No scripts, nothing from elsewhere, in nobody's frame. */
const policy =
  "default-src 'none'; style-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
/** A report has its style in itself. */
const reportPolicy = policy.replace("'self'", "'unsafe-inline'");

/** The pages for people, at / and /jobs/NAME. */
export function pages({ jobs, models, logs, reports }: PagesOptions): RequestHandler {
  const router = Router();
  const reportOf = (name: string) => join(reports, name, 'report.html');
  router.get('/', (request, response) => {
    send(response, overviewPage(jobs.all(), models.all(), `http://${request.get('Host')}`));
  });
  router.get('/style.css', (_request, response) => {
    response.type('css').send(style);
  });
  router.get('/jobs/:name', (request, response) => {
    const { name } = request.params;
    const job = jobs.all().find((known) => known.request.TransformJobName === name);
    if (!job) return send(response.status(404), missingPage(name));
    const streams = logs.list(`${name}/`).map((stream) => {
      const events = logs.read(stream.name) ?? [];
      return { name: stream.name.slice(name.length + 1), events: events.slice(-mostLines), total: events.length };
    });
    return send(response, jobPage(job, streams, existsSync(reportOf(name))));
  });
  router.get('/jobs/:name/report', async (request, response) => {
    const { name } = request.params;
    const known = jobs.all().some((job) => job.request.TransformJobName === name);
    const report = known ? await readFile(reportOf(name), 'utf8').catch(() => undefined) : undefined;
    if (report === undefined) send(response.status(404), missingPage(name));
    else send(response, report, reportPolicy);
  });
  return router;
}

function missingPage(name: string): Html {
  const main = html`<p>There is no transform job <code>${name}</code>, or it has no report. <a href="/">All jobs</a></p>`;
  return layout({ title: 'Not found', heading: html`<h1>Not found</h1>`, main, isLive: false });
}

function send(response: Response, page: Html | string, contentPolicy = policy): void {
  response
    .set({
      'Content-Security-Policy': contentPolicy,
      'X-Content-Type-Options': 'nosniff',
      'Referrer-Policy': 'no-referrer',
      'Cache-Control': 'no-store',
    })
    .type('html')
    .send(String(page));
}
