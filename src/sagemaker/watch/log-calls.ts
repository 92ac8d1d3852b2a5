import { DescribeLogStreamsCommand, GetLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { callAws } from '../aws-call.ts';
import type { Step } from '../step.ts';

/** Source: developer guide, logging-cloudwatch. */
export const logGroup = '/aws/sagemaker/TransformJobs';

/** `<job>/<instance>-<epoch>`; behind another slash `data-log`, or in a pipeline the name of a container. */
export interface JobLogStream {
  readonly name: string;
  /** `i-0123`. */
  readonly instance: string;
  /** Of a pipeline; else empty. */
  readonly container: string;
  /** The service's own log of the instance. */
  readonly isDataLog: boolean;
}

export interface LogPage {
  readonly lines: readonly { readonly timestamp: number; readonly message: string }[];
  /** For the page behind it, and the one before it: the same as was given when there is none, for now. */
  readonly forward: string | undefined;
  readonly backward: string | undefined;
}

type Caller = Pick<Step, 'clients' | 'signal'>;

/** 50 streams a page: a job of 100 instances has 200 and more. */
const mostStreamPages = 10;

/** A job's streams, by name, page by page. @throws BatchlineError; `awsCode` ResourceNotFoundException before any job has logged */
export async function* listLogStreams(job: string, { clients, signal }: Caller): AsyncGenerator<JobLogStream[]> {
  const call = { operation: 'DescribeLogStreams', action: 'logs:DescribeLogStreams', about: logGroup };
  let token: string | undefined;
  for (let pages = 0; pages < mostStreamPages; pages++) {
    const command = new DescribeLogStreamsCommand({
      logGroupName: logGroup,
      logStreamNamePrefix: `${job}/`,
      ...(token === undefined ? {} : { nextToken: token }),
    });
    const send = () => clients.logs.send(command, { abortSignal: signal });
    const page = await callAws(call, send, signal);
    yield (page.logStreams ?? []).map(({ logStreamName = '' }) => streamOf(job, logStreamName));
    token = page.nextToken;
    if (token === undefined) return;
  }
}

/** One page of a stream: the first, the last, or the one that a token names. */
export async function readLogPage(
  { name }: JobLogStream,
  { from, token }: { readonly from: 'head' | 'tail'; readonly token: string | undefined },
  { clients, signal }: Caller,
): Promise<LogPage> {
  const command = new GetLogEventsCommand({
    logGroupName: logGroup,
    logStreamName: name,
    startFromHead: from === 'head',
    ...(token === undefined ? {} : { nextToken: token }),
  });
  const call = { operation: 'GetLogEvents', action: 'logs:GetLogEvents', about: `${logGroup} ${name}` };
  const page = await callAws(call, () => clients.logs.send(command, { abortSignal: signal }), signal);
  const lines = (page.events ?? []).map(({ timestamp = 0, message = '' }) => ({ timestamp, message }));
  return { lines, forward: page.nextForwardToken, backward: page.nextBackwardToken };
}

function streamOf(job: string, name: string): JobLogStream {
  const [host = '', rest = ''] = name.slice(job.length + 1).split('/', 2);
  const isDataLog = rest === 'data-log';
  return { name, instance: host.replace(/-\d+$/, ''), container: isDataLog ? '' : rest, isDataLog };
}
