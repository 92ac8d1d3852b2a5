import type { Semaphore } from '../scoring/semaphore.ts';

/**
 * Maps with several calls under way, and gives the results in the order of the source. An item is taken from the source
 * once there is a permit in `window`, which it keeps until its result has been used: that bounds what is in memory. The
 * window may be shared by several sources, because the oldest item of each that waits for a result has its permit.
 *
 * The first failure in the source's order is thrown, after everything under way has been aborted and has ended.
 */
export async function* mapInOrder<T, R>(
  source: AsyncIterable<T>,
  map: (item: T, signal: AbortSignal) => Promise<R>,
  { window, signal }: { window: Semaphore; signal: AbortSignal },
): AsyncGenerator<R> {
  const items = source[Symbol.asyncIterator]();
  const stop = new AbortController();
  const inside = AbortSignal.any([signal, stop.signal]);

  const pull = async (): Promise<Link<R> | undefined> => {
    await window.acquire(inside);
    const item = await items.next().catch((error) => {
      window.release();
      throw error;
    });
    if (item.done) {
      window.release();
      return undefined;
    }
    const result = handledLater(map(item.value, inside));
    return { result, next: handledLater(pull()) };
  };

  let next = handledLater(pull());
  try {
    for (let link = await next; link; link = await next) {
      yield await link.result;
      next = link.next;
      window.release();
    }
  } finally {
    stop.abort();
    await release(next, window);
    await items.return?.();
  }
}

/** A result under way, and what comes after it: pulling goes on without being asked, as far as the window allows. */
interface Link<R> {
  readonly result: Promise<R>;
  readonly next: Promise<Link<R> | undefined>;
}

/** Its rejection is looked at when its turn comes, which may be too late for Node's check of unhandled ones. */
function handledLater<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => undefined);
  return promise;
}

/** Waits for everything from a link on, and gives its permits back. */
async function release<R>(next: Promise<Link<R> | undefined>, window: Semaphore): Promise<void> {
  for (let link = await settled(next); link; link = await settled(link.next)) {
    await settled(link.result);
    window.release();
  }
}

async function settled<T>(promise: Promise<T>): Promise<T | undefined> {
  return promise.catch(() => undefined);
}
