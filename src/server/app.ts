import express, { type ErrorRequestHandler, type Express, type RequestHandler } from 'express';
import type { Logger } from 'pino';
import type { Settings } from '../config.ts';
import { RequestError } from '../errors.ts';
import type { ScoringPool } from '../scoring/pool.ts';
import { asRequestError, sendError } from './error-response.ts';
import { executionParameters } from './execution-parameters.ts';
import { invocations } from './invocations.ts';
import { createMetrics } from './metrics.ts';
import type { MiniBatchScorer } from './mini-batch.ts';
import { ping } from './ping.ts';
import { createRequestReport, reportOthers } from './request-report.ts';
import type { ServerState } from './state.ts';

/** What is there once the model is loaded. */
export interface Loaded {
  readonly pool: ScoringPool;
  readonly score: MiniBatchScorer;
  readonly modelVersion: string;
}

/** The routes of the container's HTTP contract. */
export function createApp(
  settings: Settings,
  state: ServerState,
  log: Logger,
  loaded: () => Loaded | undefined,
): Express {
  const metrics = createMetrics(state, () => loaded()?.pool);
  const report = createRequestReport(log, metrics, () => loaded()?.modelVersion ?? '');
  const app = express().disable('x-powered-by').disable('etag');
  app.use(closeWhileDraining(state), reportOthers(log, metrics));
  app.route('/ping').get(ping(state)).all(only('GET'));
  app.route('/execution-parameters').get(executionParameters(settings)).all(only('GET'));
  app.route('/metrics').get(exposition(metrics.registry)).all(only('GET'));
  app
    .route('/invocations')
    .post(invocations({ settings, state, scorer: () => loaded()?.score, report }))
    .all(only('POST'));
  app.use(notFound, lastResort(log));
  return app;
}

function exposition(registry: { metrics(): Promise<string>; contentType: string }): RequestHandler {
  return async (_request, response) => {
    const text = await registry.metrics();
    response.type(registry.contentType).send(text);
  };
}

/** A connection that is kept open would keep a stopping server alive. */
function closeWhileDraining(state: ServerState): RequestHandler {
  return (_request, response, next) => {
    if (state.phase === 'draining') response.setHeader('Connection', 'close');
    next();
  };
}

function only(method: string): RequestHandler {
  return (request, response) => {
    response.setHeader('Allow', method);
    const message = `${request.path}: expected ${method}, received ${request.method}`;
    sendError(request, response, new RequestError('METHOD_NOT_ALLOWED', message));
  };
}

const notFound: RequestHandler = (request, response) => {
  const routes = 'GET /ping, GET /execution-parameters, POST /invocations, GET /metrics';
  sendError(request, response, new RequestError('NOT_FOUND', `no such path; the server has ${routes}`));
};

function lastResort(log: Logger): ErrorRequestHandler {
  return (thrown, request, response, _next) => {
    const error = asRequestError(thrown);
    log.error({ path: request.path, code: error.code, reason: error.message }, 'failed');
    sendError(request, response, error);
  };
}
