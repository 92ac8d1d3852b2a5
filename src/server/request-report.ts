import type { Request, RequestHandler } from 'express';
import type { Logger } from 'pino';
import type { BatchlineError } from '../errors.ts';
import type { ByteCount } from './body.ts';
import type { Metrics } from './metrics.ts';
import type { Reply } from './reply.ts';

/** Tells the log and the metrics of each request; never of a record's content. */
export interface RequestReport {
  /** Call what it returns when the request is decided. */
  begin(request: Request, reply: Reply, count: ByteCount): (error?: BatchlineError) => void;
}

export function createRequestReport(log: Logger, metrics: Metrics, modelVersion: () => string): RequestReport {
  return {
    begin(request, reply, count) {
      const start = performance.now();
      return (error) => {
        const seconds = (performance.now() - start) / 1000;
        const status = error?.status ?? 200;
        metrics.requests.inc({ route: '/invocations', status });
        metrics.requestSeconds.observe(seconds);
        metrics.requestBytes.inc(count.bytes);
        metrics.records.inc(reply.records);
        if (reply.records > 0) metrics.recordsPerSecond.observe(reply.records / seconds);
        for (const [code, number] of Object.entries(reply.errorCounts)) metrics.recordErrors.inc({ code }, number);
        const line = {
          path: '/invocations',
          status,
          records: reply.records,
          errors: reply.errors,
          ...(reply.errors > 0 ? { errorCodes: reply.errorCounts } : {}),
          bytes: count.bytes,
          ms: Math.round(seconds * 1000),
          model: modelVersion(),
          object: request.headers['x-amzn-sagemaker-input-object'],
        };
        if (!error) log.info(line, 'scored');
        else if (status >= 500 && status !== 503)
          log.error({ ...line, code: error.code, reason: error.message }, 'failed');
        else log.warn({ ...line, code: error.code, reason: reasonForLog(error) }, 'refused');
      };
    },
  };
}

/** The reason of too many errors quotes what the model said of records, which may quote the records. */
function reasonForLog(error: BatchlineError): string | undefined {
  return error.code === 'TOO_MANY_ERRORS' ? undefined : error.message;
}

/** Counts the requests to all other routes and logs them at debug level: a platform pings every second. */
export function reportOthers(log: Logger, metrics: Metrics): RequestHandler {
  return (request, response, next) => {
    if (request.path !== '/invocations' || request.method !== 'POST') {
      response.once('finish', () => {
        const route = response.statusCode === 404 ? 'unknown' : request.path;
        metrics.requests.inc({ route, status: response.statusCode });
        log.debug({ path: route, method: request.method, status: response.statusCode }, 'answered');
      });
    }
    next();
  };
}
