import type { ObjectStore } from '../../../src/storage/object-store.ts';
import type { OpenStore } from '../../../src/storage/open-store.ts';

export type Call = <T>(make: () => Promise<T>) => Promise<T>;

/** Stores whose every call goes through `call`. */
export function through(openStore: OpenStore, call: Call): OpenStore {
  const wrapped = (store: ObjectStore): ObjectStore => ({
    ...store,
    head: (...args) => call(() => store.head(...args)),
    create: (...args) => call(() => store.create(...args)),
    remove: (...args) => call(() => store.remove(...args)),
    compose: (...args) => call(() => store.compose?.(...args) ?? Promise.resolve()),
    async *list(...args) {
      yield* await call(() => Array.fromAsync(store.list(...args)));
    },
    async *read(...args) {
      yield* await call(() => Array.fromAsync(store.read(...args)));
    },
  });
  return (uri) => {
    const { store, key } = openStore(uri);
    return { store: wrapped(store), key };
  };
}
