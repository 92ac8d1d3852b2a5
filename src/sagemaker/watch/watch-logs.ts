import { setTimeout as sleep } from 'node:timers/promises';
import type { Step } from '../step.ts';
import { type CountedRecords, countRecords } from './count-records.ts';
import { LogFollower } from './follow-logs.ts';
import type { JobLogStream } from './log-calls.ts';

export interface JobLogs {
  /** Reads what is new. Never rejects but by the signal. */
  look(): Promise<void>;
  /** Reads on after the job's end, until nothing comes any more: logs arrive late. */
  finish(pollMs: number): Promise<void>;
  counted(): CountedRecords | undefined;
  /** Whether all that was logged has been read. */
  readonly isComplete: boolean;
}

/** GetLogEvents allows 25 a second to an account in a region; others want some of it. */
const callsALook = 30;
/** What is left after the end is read at once, with this many calls in all: each brings up to 10,000 lines, or 1 MB. */
const lastCalls = 1000;
/** The agent sends what is written every few seconds. */
const quietPauseMs = 3000;
const quietLooks = 2;
const mostLooks = 20;

/** The logs of a job while it runs: counts records, and tells the lines if they are wanted. */
export function watchLogs(
  { job, tellLines }: { readonly job: string; readonly tellLines: boolean },
  { clients, tell, signal }: Pick<Step, 'clients' | 'tell' | 'signal'>,
): JobLogs {
  const counter = countRecords();
  const wants = ({ isDataLog }: JobLogStream): boolean => tellLines || (!isDataLog && !counter.isForeign);
  const follower = new LogFollower(
    {
      job,
      wants,
      onLine(stream, { timestamp, message }) {
        if (!stream.isDataLog) counter.add(stream, message);
        if (tellLines) tell(lineEvent(stream, timestamp, message));
      },
    },
    { clients, signal },
  );
  let [isComplete, hasTold] = [false, false];
  const isOfNoUse = (): boolean => counter.isForeign && !tellLines;
  const look = async (calls: number) => {
    if (isOfNoUse()) return { lines: 0, isBehind: false };
    const seen = await follower.look(calls);
    if (follower.refused && !hasTold) {
      hasTold = true;
      const message = `the job's logs cannot be read, so there are no counts of records: ${follower.refused.message}`;
      tell({ event: 'note', message });
    }
    return seen;
  };
  return {
    look: async () => void (await look(callsALook)),
    async finish(pollMs) {
      for (let [looks, quiet] = [0, 0]; looks < mostLooks && quiet < quietLooks; looks++) {
        if (follower.refused || isOfNoUse()) return;
        const { lines, isBehind } = await look(lastCalls / mostLooks);
        quiet = lines === 0 && !isBehind ? quiet + 1 : 0;
        const pauseMs = isBehind ? 0 : Math.min(pollMs, quietPauseMs);
        await sleep(pauseMs, undefined, { signal }).catch(() => signal.throwIfAborted());
        isComplete = quiet === quietLooks;
      }
      if (!isComplete)
        tell({ event: 'note', message: 'the logs are longer than is read of them: records are not counted' });
    },
    counted: () => counter.counted(),
    get isComplete() {
      return isComplete;
    },
  };
}

function lineEvent({ name, instance, container, isDataLog }: JobLogStream, timestamp: number, line: string) {
  const from = [instance, isDataLog ? 'data-log' : container].filter((part) => part !== '').join('/');
  return {
    event: 'log',
    message: `${from}: ${line}`,
    details: { stream: name, timestamp, line },
  } as const;
}
