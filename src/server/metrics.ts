import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { ScoringPool } from '../scoring/pool.ts';
import type { ServerState } from './state.ts';

/** What /metrics tells, in Prometheus' names: event-loop lag and memory come with the default metrics. */
export interface Metrics {
  readonly registry: Registry;
  readonly requests: Counter<'route' | 'status'>;
  readonly requestSeconds: Histogram;
  readonly requestBytes: Counter;
  readonly records: Counter;
  readonly recordErrors: Counter<'code'>;
  readonly recordsPerSecond: Histogram;
}

export function createMetrics(state: ServerState, pool: () => ScoringPool | undefined): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  gauge('batchline_requests_under_way', 'Requests to /invocations under way.', () => state.underWay);
  gauge('batchline_queue_depth', 'Blocks that wait for a worker.', () => pool()?.queued ?? 0);
  gauge('batchline_workers_replaced', 'Workers that died or hung and were replaced.', () => pool()?.replaced ?? 0);
  gauge(
    'batchline_peak_memory_bytes',
    'Largest resident set since the start.',
    () => process.resourceUsage().maxRSS * 1024,
  );

  function gauge(name: string, help: string, read: () => number): void {
    new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(read());
      },
    });
  }

  return {
    registry,
    requests: new Counter({
      name: 'batchline_requests_total',
      help: 'Requests by route and status.',
      labelNames: ['route', 'status'],
      registers,
    }),
    requestSeconds: new Histogram({
      name: 'batchline_request_seconds',
      help: 'Time of a request to /invocations.',
      buckets: [0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15, 60, 300, 1800],
      registers,
    }),
    requestBytes: new Counter({
      name: 'batchline_request_bytes_total',
      help: 'Bytes of request bodies, after decompression.',
      registers,
    }),
    records: new Counter({
      name: 'batchline_records_total',
      help: 'Records answered, error lines included.',
      registers,
    }),
    recordErrors: new Counter({
      name: 'batchline_record_errors_total',
      help: 'Error lines by code.',
      labelNames: ['code'],
      registers,
    }),
    recordsPerSecond: new Histogram({
      name: 'batchline_records_per_second',
      help: 'Records per second of a request.',
      buckets: [1, 10, 100, 1000, 10_000, 100_000, 1_000_000],
      registers,
    }),
  };
}
