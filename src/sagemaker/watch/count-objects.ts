import { BatchlineError, messageOf } from '../../errors.ts';
import { defaultAssumptions } from '../../transform/assumptions.ts';
import type { InputObject } from '../../transform/job.ts';
import { count } from '../../transform/report/figures.ts';
import { selectObjects } from '../../transform/select/select-objects.ts';
import type { Step } from '../step.ts';
import { boundedStores } from './bounded-stores.ts';
import type { DescribedJob } from './describe-job.ts';

export interface ObjectCount {
  readonly objects: number;
  readonly objectsDone: number;
}

interface Expected {
  readonly inputs: readonly InputObject[];
  /** The etags of outputs that were there before the job began, by key. */
  readonly before: ReadonlyMap<string, string>;
}

const everyMs = 30_000;

/**
 * Counts the outputs that a job has written, in the background, by listing its S3OutputPath at most every 30 s; gives up
 * where that takes too many calls. Outputs of an earlier run count as soon as they have changed: to tell them apart, the
 * counting has to begin before the job's instances do.
 */
export class ObjectCounter {
  readonly #job: DescribedJob;
  readonly #step: Pick<Step, 'openStore' | 'tell' | 'signal'>;
  #expected: Expected | undefined;
  #last: ObjectCount | undefined;
  #dueMs = 0;
  #givenUp = false;
  #running: Promise<void> = Promise.resolve();

  constructor(job: DescribedJob, { openStore, tell, signal }: Pick<Step, 'openStore' | 'tell' | 'signal'>) {
    this.#job = job;
    this.#step = { openStore: boundedStores(openStore), tell, signal };
  }

  /** The last count; undefined before the first, and where counting was given up. */
  get counted(): ObjectCount | undefined {
    return this.#last;
  }

  /** Starts to count, if the last count is old enough. */
  refresh(): void {
    if (this.#givenUp || performance.now() < this.#dueMs) return;
    this.#dueMs = Infinity; // not twice at a time
    this.#running = this.#count()
      .catch((error) => this.#fail(error))
      .finally(() => {
        this.#dueMs = performance.now() + everyMs;
      });
  }

  /** Counts once more, of a job that has ended. */
  async recount(): Promise<void> {
    await this.#running;
    this.#dueMs = 0;
    this.refresh();
    await this.#running;
  }

  /** Waits until nothing is under way any more; to be called once the signal has aborted. */
  async close(): Promise<void> {
    await this.#running;
  }

  async #count(): Promise<void> {
    const { tell, signal } = this.#step;
    this.#expected ??= await this.#expect();
    const { inputs, before } = this.#expected;
    if (before.size > 0 && this.#last === undefined) {
      const message = `${count(before.size)} of the outputs are there already, of an earlier run: each counts as done once its content has changed`;
      tell({ event: 'note', message });
    }
    const outputs = await outputsOf(inputs, signal);
    const objectsDone = [...outputs].filter(([key, etag]) => before.get(key) !== etag).length;
    this.#last = { objects: inputs.length, objectsDone };
  }

  async #expect(): Promise<Expected> {
    const { openStore, signal } = this.#step;
    const { request, startTime } = this.#job;
    const inputs = await selectObjects({ request, assumptions: defaultAssumptions, openStore }, signal);
    return { inputs, before: startTime === undefined ? await outputsOf(inputs, signal) : new Map() };
  }

  #fail(error: unknown): void {
    const { signal, tell } = this.#step;
    if (signal.aborted || (error instanceof BatchlineError && error.retryable)) return;
    this.#givenUp = true;
    this.#last = undefined;
    tell({ event: 'note', message: `objects are not counted: ${messageOf(error)}` });
  }
}

/** The etags of the outputs that are there, by key. */
async function outputsOf(inputs: readonly InputObject[], signal: AbortSignal): Promise<Map<string, string>> {
  const keys = new Set(inputs.map(({ output }) => output.key));
  const found = new Map<string, string>();
  const store = inputs[0]?.output.store;
  if (!store) return found;
  for await (const { key, etag } of store.list(commonPrefix([...keys]), signal)) {
    if (keys.has(key)) found.set(key, etag);
  }
  return found;
}

/** What all of them begin with: what else is below the same path is not listed then. */
function commonPrefix(keys: readonly string[]): string {
  let prefix = keys[0] ?? '';
  for (const key of keys) while (!key.startsWith(prefix)) prefix = prefix.slice(0, -1);
  return prefix;
}
