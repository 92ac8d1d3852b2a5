import type { Request, RequestHandler, Response } from 'express';
import type { Settings } from '../config.ts';
import { RequestError } from '../errors.ts';
import { assertAcceptable } from '../records/accept.ts';
import { parseContentType } from '../records/content-type.ts';
import { type BodyLimits, type ByteCount, requestChunks } from './body.ts';
import { asRequestError, sendError } from './error-response.ts';
import type { MiniBatchScorer } from './mini-batch.ts';
import { readMultipart } from './multipart.ts';
import { HeldBytes, Reply, type ReplyPolicy } from './reply.ts';
import type { RequestReport } from './request-report.ts';
import type { ServerState } from './state.ts';

export interface InvocationsOptions {
  readonly settings: Settings;
  readonly state: ServerState;
  /** Undefined while the model is loading. */
  readonly scorer: () => MiniBatchScorer | undefined;
  readonly report: RequestReport;
}

/** All replies together hold back at most as much as this many single ones. */
const repliesHeld = 8;

/** POST /invocations: a mini-batch of records in, a line for each record out. */
export function invocations({ settings, state, scorer, report }: InvocationsOptions): RequestHandler {
  const limits: BodyLimits = { maxBytes: settings.maxPayloadMb * 1024 * 1024, idleTimeoutMs: settings.idleTimeoutMs };
  const allHeld = new HeldBytes(repliesHeld * settings.replyBufferBytes);
  const policy: ReplyPolicy = {
    holdBytes: settings.replyBufferBytes,
    maxErrorRate: settings.maxErrorRate,
    failOnError: settings.onError === 'fail',
  };

  async function handle(
    request: Request,
    response: Response,
    reply: Reply,
    count: ByteCount,
    signal: AbortSignal,
  ): Promise<void> {
    const score = scorer();
    if (state.phase !== 'ready' || !score) throw notReady(state);
    const accept = acceptOf(request, settings);
    assertAcceptable(accept);
    if (request.is('multipart/form-data')) {
      const options = { limits, count, accept, signal, defaultContentType: settings.defaultContentType };
      await readMultipart(request, response, options, (batch) => score(batch, reply));
    } else {
      const type = parseContentType(request.headers['content-type'], settings.defaultContentType);
      await score({ chunks: requestChunks(request, limits, count), type, accept, signal, linesOnly: false }, reply);
    }
    await reply.end();
  }

  return async (request, response) => {
    const abandoned = new AbortController();
    const count = { bytes: 0 };
    const reply = new Reply(response, policy, allHeld);
    const finish = report.begin(request, reply, count);
    response.once('close', () =>
      abandoned.abort(new RequestError('CLIENT_CLOSED_REQUEST', 'the client closed the connection')),
    );
    state.underWay++;
    try {
      await handle(request, response, reply, count, abandoned.signal);
      finish();
    } catch (thrown) {
      const error = asRequestError(thrown);
      abandoned.abort(error);
      finish(error);
      sendError(request, response, error, reply.records > 0 ? { records: reply.records, errors: reply.errors } : {});
    } finally {
      reply.release();
      state.underWay--;
    }
  };
}

function notReady(state: ServerState): RequestError {
  const what = state.phase === 'draining' ? 'the server is stopping' : 'the model is loading';
  return new RequestError('NOT_READY', `${what} (${state.phase} for ${state.seconds} s)`);
}

/** No Accept, or one that takes anything, leaves the choice to the setting, whose default is the input's own kind. */
function acceptOf(request: Request, settings: Settings): string {
  const accept = request.headers.accept?.trim();
  return accept === undefined || accept === '' || accept === '*/*' ? settings.defaultAccept : accept;
}
