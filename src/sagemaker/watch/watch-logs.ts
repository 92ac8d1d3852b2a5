import { setTimeout as sleep } from 'node:timers/promises';
import type { Step } from '../step.ts';
import { type CountedRecords, countRecords, type RecordCounter } from './count-records.ts';
import { LogFollower, type LogLook } from './follow-logs.ts';
import type { JobLogStream } from './log-calls.ts';

export interface JobLogsOptions extends Pick<Step, 'clients' | 'tell' | 'signal'> {
  readonly job: string;
  /** Whether each line is told (event `log`). */
  readonly tellLines: boolean;
}

/** GetLogEvents allows 25 a second to an account in a region; others want some of it. */
const callsALook = 30;
/** After the end: so many looks, each of at least so many calls, of up to 10,000 lines or 1 MB; enough for every stream. */
const lastLooks = 20;
const callsALastLook = 50;
const callsAStream = 2;
/** The service sends what is written every few seconds; twice nothing is the end. */
const quietPauseMs = 3000;
const quietLooks = 2;

/** The logs of a job while it runs: its records are counted, and the lines told if they are wanted. */
export class JobLogs {
  readonly #options: JobLogsOptions;
  readonly #counter: RecordCounter = countRecords();
  readonly #follower: LogFollower;
  #isComplete = false;
  #hasTold = false;

  constructor(options: JobLogsOptions) {
    this.#options = options;
    this.#follower = new LogFollower(
      {
        job: options.job,
        wants: ({ isDataLog }) => options.tellLines || !isDataLog,
        onLine: (stream, { timestamp, message }) => {
          if (!stream.isDataLog) this.#counter.add(stream, message);
          if (options.tellLines) options.tell(lineEvent(stream, timestamp, message));
        },
      },
      options,
    );
  }

  /** What was counted so far. */
  get counted(): CountedRecords | undefined {
    return this.#counter.counted();
  }

  /** Whether all that was logged has been read; false until `finish`. */
  get isComplete(): boolean {
    return this.#isComplete;
  }

  /** Reads what is new. @throws the signal's reason */
  async look(): Promise<void> {
    await this.#look(callsALook);
  }

  /** Reads on after the job's end, until nothing comes any more: logs arrive late. @throws the signal's reason */
  async finish(pauseMs: number): Promise<void> {
    const { tell, signal } = this.#options;
    for (let [looks, quiet] = [0, 0]; looks < lastLooks && quiet < quietLooks; looks++) {
      const { lines, isBehind } = await this.#look(Math.max(callsALastLook, callsAStream * this.#follower.streams));
      if (this.#isOfNoUse()) return;
      quiet = lines === 0 && !isBehind ? quiet + 1 : 0;
      this.#isComplete = quiet === quietLooks;
      const waitMs = lines > 0 && isBehind ? 0 : Math.min(pauseMs, quietPauseMs);
      if (!this.#isComplete) await sleep(waitMs, undefined, { signal }).catch(() => signal.throwIfAborted());
    }
    if (!this.#isComplete && this.counted) {
      tell({
        event: 'note',
        message: 'the logs could not be read to their end: the counts of records are not complete',
      });
    }
  }

  async #look(calls: number): Promise<LogLook> {
    if (this.#isOfNoUse()) return { lines: 0, isBehind: false };
    const seen = await this.#follower.look(calls);
    const { refused } = this.#follower;
    if (refused && !this.#hasTold) {
      this.#hasTold = true;
      const message = `the job's logs cannot be read, so its records are not counted: ${refused.message}`;
      this.#options.tell({ event: 'note', message });
    }
    return seen;
  }

  /** Somebody else's container says nothing that could be counted. */
  #isOfNoUse(): boolean {
    return this.#follower.refused !== undefined || (this.#counter.isForeign && !this.#options.tellLines);
  }
}

function lineEvent({ name, instance, container, isDataLog }: JobLogStream, timestamp: number, line: string) {
  const from = [instance, isDataLog ? 'data-log' : container].filter((part) => part !== '').join('/');
  return { event: 'log', message: `${from}: ${line}`, details: { stream: name, timestamp, line } } as const;
}
