import { Piscina } from 'piscina';
import { BatchlineError, messageOf } from '../errors.ts';
import type { OpenModel } from '../models/model-format.ts';
import { cancel, createControl, lastSubBatch, resetControl, stepsMade } from './control.ts';
import type { BlockTask, DeadRecord, ScoredBlock, WorkerReply, WorkerSetup } from './messages.ts';
import { Semaphore } from './semaphore.ts';

export interface PoolOptions {
  readonly model: OpenModel;
  /** Worker threads. */
  readonly workers: number;
  /** The most records of one model call. */
  readonly subBatch: number;
  readonly maxRecordBytes: number;
  /** A sub-batch that makes no step for this long has hung; 0 lets it. */
  readonly recordTimeoutMs: number;
}

/** A block as the main thread asks for it; the pool adds what it learns when workers hang or die over it. */
export type BlockRequest = Omit<BlockTask, 'control' | 'singly' | 'dead'>;

/** What became of one attempt. */
type Attempt = WorkerReply | { readonly kind: 'died'; readonly message: string } | { readonly kind: 'hung' };

/** How long a worker may go on with a model call whose request is abandoned before it is ended. */
const abandonedGraceMs = 1000;

/** Worker threads with the model in them, which score blocks and are replaced when they hang or die. */
export class ScoringPool {
  readonly workers: number;
  readonly #piscina: Piscina;
  readonly #idle: Semaphore;
  readonly #recordTimeoutMs: number;
  /** What to tell the attempts under way when no worker can start. */
  readonly #onBroken = new Set<(error: BatchlineError) => void>();
  #proven = false;
  /** Workers lost so far, for the metrics. */
  replaced = 0;

  constructor(options: PoolOptions) {
    const { model, subBatch, maxRecordBytes } = options;
    this.workers = options.workers;
    this.#recordTimeoutMs = options.recordTimeoutMs;
    this.#idle = new Semaphore(options.workers);
    this.#piscina = new Piscina({
      filename: new URL(import.meta.url.endsWith('.ts') ? './worker.ts' : './worker.js', import.meta.url).href,
      minThreads: options.workers,
      maxThreads: options.workers,
      idleTimeout: Number.POSITIVE_INFINITY,
      // Waiting with Atomics would stop what a handler does between blocks: timers, keep-alive connections.
      atomics: model.description.format === 'handler' ? 'disabled' : 'sync',
      recordTiming: false,
      workerData: { model, subBatch, maxRecordBytes } satisfies WorkerSetup,
    });
    this.#piscina.on('error', (error: unknown) => {
      // Between blocks a worker's death concerns nobody: the pool starts another. Workers that never worked never will.
      this.replaced++;
      if (this.#proven) return;
      const broken = new BatchlineError('INVALID_MODEL', `a worker cannot start: ${messageOf(error)}`);
      for (const reject of this.#onBroken) reject(broken);
    });
  }

  /** Blocks that wait for a worker. */
  get queued(): number {
    return this.#idle.waiting;
  }

  /** Scores one block in every worker at once, so that each has loaded the model; answers the first one's. */
  async warmUp(request: BlockRequest): Promise<ScoredBlock> {
    const never = new AbortController().signal;
    const scored = await Promise.all(Array.from({ length: this.workers }, () => this.score(request, never)));
    return scored[0] as ScoredBlock;
  }

  /**
   * Scores a block; one output line for each record, whatever becomes of the workers. After a worker's death the block
   * is scored once more as it is; then the records of the sub-batch at fault are scored one by one, and the one that
   * hangs or kills its worker alone becomes an error line.
   * @throws the signal's reason when it aborts; BatchlineError INVALID_MODEL when a worker cannot load the model
   */
  async score(request: BlockRequest, signal: AbortSignal): Promise<ScoredBlock> {
    const singly: { start: number; end: number }[] = [];
    const dead: DeadRecord[] = [];
    const control = createControl();
    for (let deaths = 0; ; ) {
      const attempt = await this.#attempt({ ...request, control, singly, dead }, signal);
      if (attempt.kind === 'scored') return attempt.block;
      signal.throwIfAborted();
      if (attempt.kind === 'cancelled' || attempt.kind === 'failed') throw failure(attempt);
      const range = lastSubBatch(control);
      if (attempt.kind === 'died' && deaths++ === 0) continue;
      if (!range)
        throw new BatchlineError('INVALID_MODEL', `a worker ended while it loaded the model: ${describe(attempt)}`);
      isolate(range, attempt, singly, dead);
    }
  }

  /** Ends the workers. What is under way is lost: drain first. */
  async close(): Promise<void> {
    await this.#piscina.destroy();
  }

  async #attempt(task: BlockTask, signal: AbortSignal): Promise<Attempt> {
    await this.#idle.acquire(signal);
    resetControl(task.control);
    const hung = new AbortController();
    const watchdog = this.#watch(task, hung);
    const stopSoon = () => {
      cancel(task.control);
      setTimeout(() => hung.abort(), abandonedGraceMs).unref();
    };
    signal.addEventListener('abort', stopSoon, { once: true });
    try {
      const reply = await this.#run(task, hung.signal);
      this.#proven = true;
      return reply;
    } catch (error) {
      if (error instanceof BatchlineError) throw error;
      this.replaced++;
      return hung.signal.aborted ? { kind: 'hung' } : { kind: 'died', message: messageOf(error) };
    } finally {
      clearInterval(watchdog);
      signal.removeEventListener('abort', stopSoon);
      this.#idle.release();
    }
  }

  /** Not Promise.race: racing a promise that lives as long as the pool would keep every reply for as long. */
  async #run(task: BlockTask, signal: AbortSignal): Promise<WorkerReply> {
    const { promise, resolve, reject } = Promise.withResolvers<WorkerReply>();
    this.#onBroken.add(reject);
    try {
      (this.#piscina.run(task, { signal }) as Promise<WorkerReply>).then(resolve, reject);
      return await promise;
    } finally {
      this.#onBroken.delete(reject);
    }
  }

  #watch(task: BlockTask, hung: AbortController): NodeJS.Timeout | undefined {
    if (this.#recordTimeoutMs === 0) return undefined;
    let steps = 0;
    let since = Date.now();
    const look = () => {
      const now = stepsMade(task.control);
      if (now !== steps) {
        steps = now;
        since = Date.now();
      } else if (steps > 0 && Date.now() - since >= this.#recordTimeoutMs) hung.abort();
    };
    return setInterval(look, Math.min(1000, Math.ceil(this.#recordTimeoutMs / 4)));
  }
}

/** Narrows the search: the whole sub-batch one by one, or, where it was one record already, that record is dead. */
function isolate(
  range: { start: number; end: number },
  attempt: Attempt,
  singly: { start: number; end: number }[],
  dead: DeadRecord[],
): void {
  if (!singly.some(({ start, end }) => range.start >= start && range.end <= end)) singly.push(range);
  else if (attempt.kind === 'hung')
    dead.push({
      start: range.start,
      code: 'TIMEOUT',
      message: 'scoring this record took longer than BATCHLINE_RECORD_TIMEOUT_MS',
    });
  else
    dead.push({
      start: range.start,
      code: 'WORKER_DIED',
      message: `scoring this record ended the worker: ${describe(attempt)}`,
    });
}

function describe(attempt: Attempt): string {
  return attempt.kind === 'died' ? attempt.message.slice(0, 300) : 'it took too long';
}

function failure(reply: WorkerReply): Error {
  if (reply.kind === 'failed') return new BatchlineError(reply.code, reply.message);
  return new BatchlineError('CLIENT_CLOSED_REQUEST', 'the request was abandoned');
}
