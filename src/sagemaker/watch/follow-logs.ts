import { BatchlineError } from '../../errors.ts';
import { awsCode } from '../aws-call.ts';
import type { Step } from '../step.ts';
import { type JobLogStream, listLogStreams, readLogPage } from './log-calls.ts';

export interface FollowOptions {
  readonly job: string;
  /** Which streams are read; asked at every look. */
  readonly wants: (stream: JobLogStream) => boolean;
  /** Told each line once, stream by stream in the order of its writing; nothing of it is kept here. */
  readonly onLine: (stream: JobLogStream, line: { readonly timestamp: number; readonly message: string }) => void;
}

/** What a look at the logs has come to. */
export interface LogLook {
  /** How many lines were new. */
  readonly lines: number;
  /** Whether there is more already than this look was allowed to read. */
  readonly isBehind: boolean;
}

export interface LogFollower {
  /** Reads what is new, with so many calls at most; the next look goes on where this one stopped. */
  look(mostCalls: number): Promise<LogLook>;
  /** Why the logs cannot be read, if they cannot; then nothing is asked any more. */
  readonly refused: BatchlineError | undefined;
}

interface Followed {
  readonly stream: JobLogStream;
  token: string | undefined;
}

/** 50 streams a page: a job of 100 instances has 200 and more. */
const mostStreamPages = 10;

/**
 * Follows a job's log streams. A group or stream that is not there yet is nothing to speak of, and neither is a call that
 * may succeed at the next look.
 */
export function followLogs(options: FollowOptions, step: Pick<Step, 'clients' | 'signal'>): LogFollower {
  /** In the order in which they are due: whoever was read goes to the end. */
  let due: Followed[] = [];
  let refused: BatchlineError | undefined;
  const known = new Set<string>();

  const discover = async (): Promise<void> => {
    let token: string | undefined;
    for (let pages = 0; pages < mostStreamPages; pages++) {
      const page = await listLogStreams(options.job, token, step);
      for (const stream of page.streams) {
        if (!known.has(stream.name)) due.push({ stream, token: undefined });
        known.add(stream.name);
      }
      token = page.next;
      if (token === undefined) return;
    }
  };

  const read = async (mostCalls: number): Promise<LogLook> => {
    let [calls, lines] = [0, 0];
    const wanted = due.filter(({ stream }) => options.wants(stream));
    for (const [index, followed] of wanted.entries()) {
      for (let isEnd = false; !isEnd; ) {
        if (calls++ >= mostCalls) {
          const read = new Set(wanted.slice(0, index));
          due = [...due.filter((one) => !read.has(one)), ...read];
          return { lines, isBehind: true };
        }
        const page = await readLogPage(followed.stream, { from: 'head', token: followed.token }, step);
        for (const line of page.lines) options.onLine(followed.stream, line);
        lines += page.lines.length;
        // "If you have reached the end of the stream, it returns the same token you passed in." (GetLogEvents)
        isEnd = page.forward === undefined || page.forward === followed.token;
        followed.token = page.forward ?? followed.token;
      }
    }
    return { lines, isBehind: false };
  };

  return {
    async look(mostCalls) {
      if (refused) return { lines: 0, isBehind: false };
      try {
        await discover();
        return await read(mostCalls);
      } catch (error) {
        step.signal.throwIfAborted();
        if (!(error instanceof BatchlineError)) throw error;
        if (!isPassing(error)) refused = error;
        return { lines: 0, isBehind: false };
      }
    },
    get refused() {
      return refused;
    },
  };
}

/** Credentials that have expired are told by who asks for the job's state, in the same minute. */
function isPassing(error: BatchlineError): boolean {
  return error.retryable || /^ResourceNotFound|Expired|^TokenRefreshRequired/.test(awsCode(error) ?? '');
}
