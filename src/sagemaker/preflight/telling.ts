import type { LaunchEvent, Tell } from '../tell.ts';

/** What takes longer says how far it is, every so often. */
const everyMs = 2000;

/** Runs something that may take a while, and tells notes of it meanwhile. */
export async function telling<T>(tell: Tell, now: () => Omit<LaunchEvent, 'event'>, run: () => Promise<T>): Promise<T> {
  const timer = setInterval(() => tell({ event: 'note', ...now() }), everyMs);
  try {
    return await run();
  } finally {
    clearInterval(timer);
  }
}
