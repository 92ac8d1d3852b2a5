import { get } from './get.ts';

const timeoutMs = 2000;

/** The most memory the server has had, if it is one that says so in /metrics. */
export async function fetchPeakMemory(base: URL, signal: AbortSignal): Promise<number | undefined> {
  try {
    const { text } = await get(new URL('metrics', base), { timeoutMs, signal });
    const found = /^batchline_peak_memory_bytes(?:\{[^}]*\})? (\S+)$/m.exec(text);
    const bytes = Number(found?.[1]);
    return bytes > 0 ? bytes : undefined;
  } catch {
    return undefined; // a nicety of our own server, never a reason to fail
  }
}
