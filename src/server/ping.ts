import type { RequestHandler } from 'express';
import type { ServerState } from './state.ts';

/** GET /ping: 200 once the model is loaded and has scored its warm-up record, 503 before that and while draining. */
export function ping(state: ServerState): RequestHandler {
  return (_request, response) => {
    if (state.phase === 'ready') response.status(200).json({});
    else response.status(503).json({ state: state.phase, seconds: state.seconds });
  };
}
