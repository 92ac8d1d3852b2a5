import { BatchlineError } from '../../errors.ts';
import { awsCode } from '../aws-call.ts';
import type { Step } from '../step.ts';
import { type JobLogStream, listLogStreams, readLogPage } from './log-calls.ts';

export interface FailureLogs {
  /** The last lines of the data logs of all instances. */
  readonly dataLog: readonly string[];
  /** The last lines of what the containers wrote. */
  readonly containers: readonly string[];
  /** How many streams there are; none: nothing was ever logged. */
  readonly streams: number;
  /** Why nothing, or not all, could be read. */
  readonly refused?: BatchlineError;
}

type Caller = Pick<Step, 'clients' | 'signal'>;

/** Up to 1 MB each. A hundred instances have as many data logs. */
const mostPagesOfDataLogs = 200;
const mostPagesOfStream = 3;
const mostContainers = 20;
const containerLines = 500;
const dataLogLines = 20_000;

/** Reads the ends of a job's logs. Never rejects but by the signal. */
export async function readFailureLogs(job: string, step: Caller): Promise<FailureLogs> {
  const [dataLog, containers]: [string[], string[]] = [[], []];
  let streams: JobLogStream[] = [];
  try {
    streams = (await Array.fromAsync(listLogStreams(job, step))).flat();
    let pages = mostPagesOfDataLogs;
    for (const stream of streams.filter(({ isDataLog }) => isDataLog)) {
      const tail = await readTail(stream, Math.min(mostPagesOfStream, pages), step);
      pages -= tail.pages;
      dataLog.push(...tail.lines.slice(-dataLogLines));
      if (pages <= 0 || dataLog.length > dataLogLines) break;
    }
    for (const stream of streams.filter(({ isDataLog }) => !isDataLog).slice(0, mostContainers)) {
      containers.push(...(await readTail(stream, 1, step)).lines.slice(-containerLines));
    }
    return { dataLog, containers, streams: streams.length };
  } catch (error) {
    step.signal.throwIfAborted();
    if (!(error instanceof BatchlineError)) throw error;
    const isMissing = awsCode(error) === 'ResourceNotFoundException';
    return { dataLog, containers, streams: streams.length, ...(isMissing ? {} : { refused: error }) };
  }
}

/** The last pages of a stream, in the order of their writing. A page may be empty and have others before it. */
async function readTail(
  stream: JobLogStream,
  mostPages: number,
  step: Caller,
): Promise<{ readonly lines: string[]; readonly pages: number }> {
  const pages: string[][] = [];
  let token: string | undefined;
  for (let isStart = false; !isStart && pages.length < mostPages; ) {
    const page = await readLogPage(stream, { from: 'tail', token }, step);
    pages.unshift(page.lines.map(({ message }) => message));
    isStart = page.backward === undefined || page.backward === token;
    token = page.backward;
  }
  return { lines: pages.flat(), pages: pages.length };
}
