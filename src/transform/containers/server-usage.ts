import { get } from './get.ts';

const timeoutMs = 2000;

/** What batchline's own server says in /metrics that it has used. */
export interface ServerUsage {
  /** The most memory it has had. */
  readonly peakBytes: number;
  /** CPU time since its start, of all its threads. */
  readonly cpuSeconds: number;
}

/** Undefined for other containers. */
export async function fetchServerUsage(base: URL): Promise<ServerUsage | undefined> {
  try {
    const { text } = await get(new URL('metrics', base), { timeoutMs, signal: AbortSignal.timeout(timeoutMs) });
    const peakBytes = metric(text, 'batchline_peak_memory_bytes');
    return peakBytes > 0 ? { peakBytes, cpuSeconds: metric(text, 'process_cpu_seconds_total') } : undefined;
  } catch {
    return undefined; // a nicety of our own server, never a reason to fail
  }
}

function metric(text: string, name: string): number {
  return Number(new RegExp(`^${name}(?:\\{[^}]*\\})? (\\S+)$`, 'm').exec(text)?.[1] ?? 0);
}
