import { messageOf } from '../../errors.ts';
import type { ObjectStore } from '../../storage/object-store.ts';
import type { OpenStore } from '../../storage/open-store.ts';
import { defaultAssumptions } from '../../transform/assumptions.ts';
import type { InputObject } from '../../transform/job.ts';
import { selectObjects } from '../../transform/select/select-objects.ts';
import type { Step } from '../step.ts';
import type { DescribedJob } from './describe-job.ts';

export interface ObjectCount {
  readonly objects: number;
  readonly objectsDone: number;
}

export interface ObjectCounter {
  /** Starts to count, in the background, if the last count is old enough. */
  refresh(): void;
  /** The last count; undefined before the first, and where counting was given up. */
  counted(): ObjectCount | undefined;
  /** Counts once more, of a job that has ended. */
  recount(): Promise<void>;
  /** Waits until nothing is under way any more; to be called once its signal has aborted. */
  close(): Promise<void>;
}

const everyMs = 30_000;
/** 20 pages of a listing, of 5 $ a million; what a manifest names is asked for one by one. */
const mostListed = 20_000;
const mostHeads = 2000;

/**
 * Counts the outputs that a job has written, by listing its S3OutputPath. Outputs of an earlier run count as soon as they
 * have changed; to tell them apart, the first count has to begin before the job does.
 */
export function countObjects(
  job: DescribedJob,
  { openStore, tell, signal }: Pick<Step, 'openStore' | 'tell' | 'signal'>,
): ObjectCounter {
  const isNew = job.startTime === undefined;
  const stores = bounded(openStore);
  let expected: Expected | undefined;
  let last: ObjectCount | undefined;
  let [dueMs, givenUp] = [0, false];
  let running = Promise.resolve();

  const count = async (): Promise<void> => {
    expected ??= await expectedOutputs(job, stores, isNew, signal);
    if (expected.before.size > 0 && last === undefined) tell(beforeNote(expected.before.size));
    last = { objects: expected.inputs.length, objectsDone: await doneOf(expected, signal) };
  };
  const giveUp = (error: unknown): void => {
    if (signal.aborted) return;
    givenUp = true;
    last = undefined;
    tell({ event: 'note', message: `objects are not counted: ${messageOf(error)}` });
  };
  const refresh = (): void => {
    if (givenUp || performance.now() < dueMs) return;
    dueMs = Infinity; // not twice at a time
    running = count()
      .catch(giveUp)
      .finally(() => {
        dueMs = performance.now() + everyMs;
      });
  };
  return {
    refresh,
    counted: () => last,
    async recount() {
      await running;
      dueMs = 0;
      refresh();
      await running;
    },
    close: () => running,
  };
}

interface Expected {
  readonly inputs: readonly InputObject[];
  /** The etags of outputs that were there before the job began, by key. */
  readonly before: ReadonlyMap<string, string>;
}

async function expectedOutputs(
  { request }: DescribedJob,
  openStore: OpenStore,
  isNew: boolean,
  signal: AbortSignal,
): Promise<Expected> {
  const inputs = await selectObjects({ request, assumptions: defaultAssumptions, openStore }, signal);
  return { inputs, before: isNew ? await outputsOf(inputs, signal) : new Map() };
}

async function doneOf({ inputs, before }: Expected, signal: AbortSignal): Promise<number> {
  const outputs = await outputsOf(inputs, signal);
  return [...outputs].filter(([key, etag]) => before.get(key) !== etag).length;
}

/** The outputs that are there: etags by key. */
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

/** What all of them begin with: other jobs' outputs below the same path are not listed then. */
function commonPrefix(keys: readonly string[]): string {
  let prefix = keys[0] ?? '';
  for (const key of keys) while (!key.startsWith(prefix)) prefix = prefix.slice(0, -1);
  return prefix;
}

/** Stores that refuse to be asked too much. */
function bounded(openStore: OpenStore): OpenStore {
  const wrapped = new Map<ObjectStore, ObjectStore>();
  return (uri) => {
    const { store, key } = openStore(uri);
    const known = wrapped.get(store) ?? boundedStore(store);
    wrapped.set(store, known);
    return { store: known, key };
  };
}

function boundedStore(store: ObjectStore): ObjectStore {
  let heads = 0;
  return {
    ...store,
    async *list(prefix, signal) {
      let listed = 0;
      for await (const object of store.list(prefix, signal)) {
        if (listed++ >= mostListed) throw new Error(`${store.root}${prefix} has more than ${mostListed} objects`);
        yield object;
      }
    },
    head(key, signal) {
      if (heads++ >= mostHeads) throw new Error(`the manifest names more than ${mostHeads} objects`);
      return store.head(key, signal);
    },
  };
}

function beforeNote(count: number) {
  const message = `${count} of the outputs are there already, of an earlier run: each counts as done once its content has changed`;
  return { event: 'note', message } as const;
}
