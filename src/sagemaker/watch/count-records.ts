import type { JobLogStream } from './log-calls.ts';

/** What batchline's own containers logged of their requests. */
export interface CountedRecords {
  /** Of requests that were answered with lines; those that were refused as a whole count nowhere. */
  readonly records: number;
  readonly errors: number;
  readonly requests: number;
  /** Over all instances, from the first request's arrival to the last one's answer; undefined before the first. */
  readonly recordsPerSecond?: number;
}

export interface RecordCounter {
  add(stream: Pick<JobLogStream, 'container'>, line: string): void;
  /** Undefined as long as no line was one of batchline's. */
  counted(): CountedRecords | undefined;
  /** Whether enough was seen to say that somebody else's container is at work. */
  readonly isForeign: boolean;
}

/** Other containers say more than this before their first request at most; ours says something at once. */
const enoughLines = 500;

/** Counts what `src/server/request-report.ts` logs. In a pipeline each container counts for itself: the one with most records is told. */
export function countRecords(): RecordCounter {
  const counts = new Map<string, Count>();
  let foreignLines = 0;
  return {
    add({ container }, line) {
      const logged = ownLine(line);
      if (!logged) return void foreignLines++;
      const count = counts.get(container) ?? newCount();
      counts.set(container, count);
      if (logged.path === '/invocations' && logged.status === 200) addRequest(count, logged);
    },
    counted() {
      const most = [...counts.values()].sort((a, b) => b.records - a.records)[0];
      if (!most) return undefined;
      const { records, errors, requests, first, last } = most;
      const rate = last > first ? { recordsPerSecond: (records * 1000) / (last - first) } : {};
      return { records, errors, requests, ...rate };
    },
    get isForeign() {
      return counts.size === 0 && foreignLines >= enoughLines;
    },
  };
}

interface Count {
  records: number;
  errors: number;
  requests: number;
  /** Milliseconds since 1970. */
  first: number;
  last: number;
}

function newCount(): Count {
  return { records: 0, errors: 0, requests: 0, first: Infinity, last: -Infinity };
}

function addRequest(count: Count, { time, records = 0, errors = 0, ms = 0 }: OwnLine): void {
  count.requests++;
  count.records += records;
  count.errors += errors;
  const end = Date.parse(time);
  count.first = Math.min(count.first, end - ms);
  count.last = Math.max(count.last, end);
}

interface OwnLine {
  readonly level: number;
  readonly time: string;
  readonly msg: string;
  readonly path?: string;
  readonly status?: number;
  readonly records?: number;
  readonly errors?: number;
  readonly ms?: number;
}

/** A line as `src/server/logger.ts` writes it: `{"level":30,"time":"…",…,"msg":"scored"}`. */
function ownLine(line: string): OwnLine | undefined {
  if (!line.startsWith('{"level":')) return undefined;
  try {
    const { level, time, msg, ...rest } = JSON.parse(line) as Partial<OwnLine>;
    const isOwn = typeof level === 'number' && typeof time === 'string' && typeof msg === 'string';
    return isOwn ? { ...rest, level, time, msg } : undefined;
  } catch {
    return undefined;
  }
}
