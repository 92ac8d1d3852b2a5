import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Settings } from '../config.ts';
import { BatchlineError } from '../errors.ts';
import type { OpenModel } from '../models/model-format.ts';
import { openModel } from '../models/open-model.ts';
import { type OutputKey, outputKeys } from '../models/prediction.ts';
import { ScoringPool } from '../scoring/pool.ts';
import { createBodyScorer } from '../scoring/score-body.ts';
import { createApp, type Loaded } from './app.ts';
import { drain } from './drain.ts';
import { createLogger } from './logger.ts';
import { createMiniBatchScorer } from './mini-batch.ts';
import { ServerState } from './state.ts';
import { warmUp } from './warm-up.ts';

/** A server that listens; it answers 503 until `ready` resolves. */
export interface RunningServer {
  readonly port: number;
  /** Rejects with BatchlineError INVALID_MODEL when the model cannot be loaded. */
  readonly ready: Promise<void>;
  /** Stops accepting, finishes what is under way within the drain timeout; whether all of it could be finished. */
  close(): Promise<boolean>;
}

/** Starts the container's server: it listens at once, so that /ping can say that the model is loading. */
export async function startServer(settings: Settings, modelDir: string): Promise<RunningServer> {
  const log = await createLogger(settings);
  const state = new ServerState();
  let loaded: Loaded | undefined;
  const server = createServer(createApp(settings, state, log, () => loaded));
  configure(server);
  const port = await listen(server, settings);
  log.info({ port, workers: settings.workers, model: modelDir }, 'listening');

  const load = async () => {
    loaded = await loadScoring(settings, modelDir);
    if (state.phase !== 'loading') return;
    state.enter('ready');
    log.info({ model: loaded.modelVersion, ms: Math.round(performance.now()) }, 'ready');
  };

  return {
    port,
    ready: load(),
    async close() {
      log.info({ underWay: state.underWay }, 'draining');
      state.enter('draining');
      const finished = await drain(server, state, settings.drainTimeoutMs);
      await loaded?.pool.close();
      log.info({ finished }, 'stopped');
      return finished;
    },
  };
}

async function loadScoring(settings: Settings, modelDir: string): Promise<Loaded> {
  const { workers, subBatch, maxRecordBytes, recordTimeoutMs, blockBytes } = settings;
  const model = withOutput(await openModel(modelDir), settings.inferenceOutput);
  const pool = new ScoringPool({ model, workers, subBatch, maxRecordBytes, recordTimeoutMs });
  try {
    await warmUp(pool, model.description);
  } catch (error) {
    await pool.close();
    throw error;
  }
  const score = createMiniBatchScorer(
    createBodyScorer(pool, { blockBytes, maxRecordBytes }),
    model.description,
    maxRecordBytes,
  );
  return { pool, score, modelVersion: `${model.description.name}@${model.description.version}` };
}

/** SAGEMAKER_INFERENCE_OUTPUT chooses among the keys that the model can answer. */
function withOutput(model: OpenModel, keys: readonly string[] | undefined): OpenModel {
  if (!keys) return model;
  const known = (key: string): key is OutputKey => (outputKeys as readonly string[]).includes(key);
  const unknown = keys.filter((key) => !known(key));
  if (unknown.length > 0 || model.description.output === 'json') {
    const expected =
      model.description.output === 'json' ? 'it unset, because a handler writes its own output' : outputKeys.join(', ');
    throw new BatchlineError(
      'INVALID_SETTING',
      `SAGEMAKER_INFERENCE_OUTPUT: expected ${expected}, received "${keys.join(',')}"`,
    );
  }
  return { ...model, description: { ...model.description, output: keys.filter(known) } };
}

/** Batch requests last as long as they last; what is bounded is the wait for headers and for the next byte of a body. */
function configure(server: Server): void {
  server.requestTimeout = 0;
  server.headersTimeout = 60_000;
  // Longer than the service's client keeps an idle connection, so that it is never the server that closes one in use.
  server.keepAliveTimeout = 120_000;
}

async function listen(server: Server, settings: Settings): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) => {
      const where = `${settings.host}:${settings.port}`;
      reject(
        new BatchlineError('INVALID_SETTING', `cannot listen on ${where} (SAGEMAKER_BIND_TO_PORT): ${cause.message}`, {
          cause,
        }),
      );
    });
    server.listen(settings.port, settings.host, resolve);
  });
  return (server.address() as AddressInfo).port;
}
