import type { ErrorEntry } from '../objects/error-entries.ts';
import type { AnsweredMiniBatch, JobObserver } from '../observer.ts';
import { type AnswerFacts, AnswerSample } from './answer-sample.ts';
import { LogHistogram, type Summary } from './log-histogram.ts';
import { type TimeBucket, TimeSeries } from './time-series.ts';

export interface CollectorOptions {
  /** Whether the report may hold what records and answers hold. */
  readonly showRecords: boolean;
  /** Milliseconds; `performance.now` unless a test says otherwise. */
  readonly now?: () => number;
}

export interface ErrorPlace {
  readonly object: string;
  /** From 1. */
  readonly line: number;
  readonly message?: string;
}

export interface ErrorCount {
  readonly code: string;
  readonly count: number;
  /** The first of them. */
  readonly places: readonly ErrorPlace[];
}

export interface CollectedFacts {
  readonly throughput: readonly TimeBucket[];
  /** In milliseconds. */
  readonly latency: Summary | undefined;
  readonly latencyBuckets: ReturnType<LogHistogram['buckets']>;
  readonly errors: readonly ErrorCount[];
  readonly retries: readonly { readonly why: string; readonly count: number }[];
  readonly answers: AnswerFacts;
}

const mostPlaces = 10;
const mostReasons = 20;
const bucketsShown = { time: 60, latency: 40 };
/** Their messages come from the model's own code, and may quote the record. */
const quotingCodes: readonly string[] = ['MODEL_ERROR', 'INVALID_PREDICTION'];

/** Listens to a job for its report. What it keeps is bounded, and it never keeps a record. */
export class ReportCollector implements JobObserver {
  readonly #options: CollectorOptions;
  readonly #now: () => number;
  readonly #throughput: TimeSeries;
  readonly #latency = new LogHistogram();
  readonly #answers: AnswerSample;
  readonly #errors = new Map<string, { count: number; places: ErrorPlace[] }>();
  readonly #retries = new Map<string, number>();

  constructor(options: CollectorOptions) {
    this.#options = options;
    this.#now = options.now ?? (() => performance.now());
    this.#throughput = new TimeSeries(this.#now());
    this.#answers = new AnswerSample(options.showRecords);
  }

  onMiniBatch({ inputBytes, milliseconds, records = 0, reply }: AnsweredMiniBatch): void {
    this.#throughput.add(this.#now(), { bytes: inputBytes, records });
    this.#latency.add(milliseconds);
    this.#answers.add(reply);
  }

  onErrorLines(entries: readonly ErrorEntry[]): void {
    for (const { object, line, code, message } of entries) {
      const known = this.#errors.get(code) ?? { count: 0, places: [] };
      this.#errors.set(code, known);
      known.count += 1;
      if (known.places.length >= mostPlaces) continue;
      const told = this.#options.showRecords || !quotingCodes.includes(code);
      known.places.push({ object, line, ...(told ? { message } : {}) });
    }
  }

  onRetry(_object: string, why: string): void {
    const known = this.#retries.has(why) || this.#retries.size < mostReasons ? why : 'other reasons';
    this.#retries.set(known, (this.#retries.get(known) ?? 0) + 1);
  }

  facts(): CollectedFacts {
    return {
      throughput: this.#throughput.buckets(bucketsShown.time),
      latency: this.#latency.summary(),
      latencyBuckets: this.#latency.buckets(bucketsShown.latency),
      errors: [...this.#errors].map(([code, found]) => ({ code, ...found })).sort((a, b) => b.count - a.count),
      retries: [...this.#retries].map(([why, count]) => ({ why, count })).sort((a, b) => b.count - a.count),
      answers: this.#answers.facts(),
    };
  }
}
