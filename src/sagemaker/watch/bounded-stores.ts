import { BatchlineError } from '../../errors.ts';
import type { ObjectStore } from '../../storage/object-store.ts';
import type { OpenStore } from '../../storage/open-store.ts';
import { count } from '../../transform/report/figures.ts';

/** 20 pages of a listing. */
const mostListed = 20_000;
/** What a manifest names is asked for one by one. */
const mostHeads = 2000;

/** Stores that refuse to be asked much, for what must stay cheap. @throws BatchlineError JOB_FAILED where it would not */
export function boundedStores(openStore: OpenStore): OpenStore {
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
        if (listed++ >= mostListed) throw tooMany(`${store.root}${prefix} has more than ${count(mostListed)} objects`);
        yield object;
      }
    },
    async head(key, signal) {
      if (heads++ >= mostHeads) throw tooMany(`the manifest names more than ${count(mostHeads)} objects`);
      return await store.head(key, signal);
    },
  };
}

function tooMany(message: string): BatchlineError {
  return new BatchlineError('JOB_FAILED', message);
}
