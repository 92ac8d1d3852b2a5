import type { RequestHandler } from 'express';
import type { Settings } from '../config.ts';

/** The platform's bound on MaxConcurrentTransforms × MaxPayloadInMB, and its default payload. */
const maxProductMb = 100;
const defaultPayloadMb = 6;

/** GET /execution-parameters: what a transform job uses where its own request is silent. */
export function executionParameters(settings: Settings): RequestHandler {
  const answer = tuning(settings);
  return (_request, response) => {
    response.json(answer);
  };
}

/** What the caller set wins; otherwise one request a worker, each as large as AWS's default if n·m ≤ 100 allows. */
export function tuning(settings: Settings): {
  MaxConcurrentTransforms: number;
  BatchStrategy: string;
  MaxPayloadInMB: number;
} {
  const wanted = settings.maxConcurrentTransforms ?? settings.workers;
  const payload = settings.maxPayloadWasSet
    ? settings.maxPayloadMb
    : Math.max(1, Math.min(defaultPayloadMb, Math.floor(maxProductMb / wanted)));
  const most = Math.max(1, Math.floor(maxProductMb / Math.max(1, payload)));
  return {
    MaxConcurrentTransforms: Math.min(wanted, most),
    BatchStrategy: settings.batchStrategy,
    MaxPayloadInMB: payload,
  };
}
