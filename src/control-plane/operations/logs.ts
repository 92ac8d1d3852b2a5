import type { z } from 'zod';
import { choice, flag, integer, list, optional, structure, text } from '../../sagemaker-api/constraints.ts';
import { parseRequest } from '../../sagemaker-api/parse-request.ts';
import { ApiError } from '../api-error.ts';
import type { LogEvent, LogStream, LogStreams } from '../state/log-streams.ts';
import type { Operations } from './operation.ts';

/** The one log group; it exists once a job has written. */
export const logGroup = '/aws/sagemaker/TransformJobs';

const group = text({ min: 1, max: 512, pattern: '[\\.\\-_/#A-Za-z0-9]+' });
const stream = text({ min: 1, max: 512, pattern: '[^:*]*' });
const token = optional(text({ min: 1 }));
const window = { startTime: optional(integer({ min: 0 })), endTime: optional(integer({ min: 0 })) };
const mostEvents = 10_000;

const parseDescribeLogGroups = request({ logGroupNamePrefix: optional(group) });
const parseDescribeLogStreams = request({
  logGroupName: group,
  logStreamNamePrefix: optional(stream),
  orderBy: optional(choice(['LogStreamName', 'LastEventTime'])),
  descending: optional(flag()),
  nextToken: token,
  limit: optional(integer({ min: 1, max: 50 })),
});
const parseGetLogEvents = request({
  logGroupName: group,
  logStreamName: stream,
  ...window,
  nextToken: token,
  limit: optional(integer({ min: 1, max: mostEvents })),
  startFromHead: optional(flag()),
});
const parseFilterLogEvents = request({
  logGroupName: group,
  logStreamNamePrefix: optional(stream),
  logStreamNames: optional(list(stream, { min: 1, max: 100 })),
  ...window,
  nextToken: token,
  limit: optional(integer({ min: 1, max: mostEvents })),
  filterPattern: optional(text({ max: 1024 })),
});

/** What CloudWatch Logs answers about the jobs' logs. */
export function logOperations(logs: LogStreams): Operations {
  return {
    DescribeLogGroups(body) {
      const { logGroupNamePrefix: prefix = '' } = parseDescribeLogGroups(body);
      const exists = logGroup.startsWith(prefix) && logs.list('').length > 0;
      return { logGroups: exists ? [{ logGroupName: logGroup, metricFilterCount: 0 }] : [] };
    },
    DescribeLogStreams: (body) => describeStreams(logs, parseDescribeLogStreams(body)),
    GetLogEvents: (body) => getEvents(logs, parseGetLogEvents(body)),
    FilterLogEvents: (body) => filterEvents(logs, parseFilterLogEvents(body)),
  };
}

function describeStreams(logs: LogStreams, asked: ReturnType<typeof parseDescribeLogStreams>): object {
  const { logStreamNamePrefix: prefix, orderBy, descending = false, limit = 50 } = asked;
  if (orderBy === 'LastEventTime' && prefix !== undefined) {
    throw new ApiError('InvalidParameterException', 'Cannot order by LastEventTime with a logStreamNamePrefix.');
  }
  const streams = existing(logs, asked.logGroupName).filter(({ name }) => name.startsWith(prefix ?? ''));
  const described = streams.map((found) => describe(found, logs.read(found.name) ?? []));
  if (orderBy === 'LastEventTime') described.sort((a, b) => a.lastEventTimestamp - b.lastEventTimestamp);
  if (descending) described.reverse();
  const { items, next } = slice(described, position(asked.nextToken) ?? 0, limit);
  return { logStreams: items, ...(next === undefined ? {} : { nextToken: `f/${next}` }) };
}

function getEvents(logs: LogStreams, asked: ReturnType<typeof parseGetLogEvents>): object {
  existing(logs, asked.logGroupName);
  const events = logs.read(asked.logStreamName);
  if (!events) throw new ApiError('ResourceNotFoundException', 'The specified log stream does not exist.');
  const { limit = mostEvents, nextToken, startFromHead = false } = asked;
  const chosen = events.map((event, index) => ({ ...event, index })).filter((event) => isWithin(event, asked));
  const at = position(nextToken);
  const forwards = nextToken?.startsWith('f/') ?? startFromHead;
  const found = forwards
    ? chosen.filter(({ index }) => index >= (at ?? 0)).slice(0, limit)
    : chosen.filter(({ index }) => index < (at ?? events.length)).slice(-limit);
  // The same token as was given says that there is no more, for now.
  const end = at ?? (forwards ? 0 : events.length);
  const [first = end, last = end - 1] = [found[0]?.index, found.at(-1)?.index];
  return {
    events: found.map(({ timestamp, message }) => ({ timestamp, message, ingestionTime: timestamp })),
    nextForwardToken: `f/${last + 1}`,
    nextBackwardToken: `b/${first}`,
  };
}

function filterEvents(logs: LogStreams, asked: ReturnType<typeof parseFilterLogEvents>): object {
  const { filterPattern: pattern = '', limit = mostEvents, logStreamNames: names, logStreamNamePrefix: prefix } = asked;
  if (/[^\w\s./:-]/.test(pattern)) {
    throw new ApiError(
      'InvalidParameterException',
      `filterPattern "${pattern}": batchline local knows plain terms only`,
    );
  }
  const terms = pattern.split(/\s+/);
  const found = existing(logs, asked.logGroupName)
    .filter(({ name }) => (names?.includes(name) ?? true) && name.startsWith(prefix ?? ''))
    .flatMap(({ name }) => (logs.read(name) ?? []).map((event, index) => ({ ...event, name, index })))
    .filter((event) => isWithin(event, asked) && terms.every((term) => event.message.includes(term)))
    .sort((a, b) => a.timestamp - b.timestamp);
  const { items, next } = slice(found, position(asked.nextToken) ?? 0, limit);
  const events = items.map(({ name, index, timestamp, message }) => {
    return { logStreamName: name, timestamp, message, ingestionTime: timestamp, eventId: `${name}/${index}` };
  });
  return { events, searchedLogStreams: [], ...(next === undefined ? {} : { nextToken: `f/${next}` }) };
}

function existing(logs: LogStreams, name: string): LogStream[] {
  const streams = name === logGroup ? logs.list('') : [];
  if (streams.length === 0) throw new ApiError('ResourceNotFoundException', 'The specified log group does not exist.');
  return streams;
}

function describe({ name, bytes }: LogStream, events: readonly LogEvent[]) {
  const [first = 0, last = 0] = [events[0]?.timestamp, events.at(-1)?.timestamp];
  return {
    logStreamName: name,
    creationTime: first,
    firstEventTimestamp: first,
    lastEventTimestamp: last,
    lastIngestionTime: last,
    storedBytes: bytes,
  };
}

function isWithin({ timestamp }: LogEvent, { startTime = 0, endTime }: { startTime?: number; endTime?: number }) {
  return timestamp >= startTime && (endTime === undefined || timestamp < endTime);
}

function slice<T>(
  items: readonly T[],
  start: number,
  limit: number,
): { items: readonly T[]; next: number | undefined } {
  const end = start + limit;
  return { items: items.slice(start, end), next: end < items.length ? end : undefined };
}

/** Where a page begins (`f/`) or ends (`b/`). */
function position(nextToken: string | undefined): number | undefined {
  if (nextToken === undefined) return undefined;
  const digits = /^[fb]\/(\d{1,15})$/.exec(nextToken)?.[1];
  if (digits === undefined) throw new ApiError('InvalidParameterException', 'The specified nextToken is invalid.');
  return Number(digits);
}

/** These services answer InvalidParameterException where SageMaker answers ValidationException. */
function request<T extends z.ZodRawShape>(members: T) {
  const schema = structure(members, 'ignore');
  return (value: unknown) => {
    try {
      return parseRequest(schema, value);
    } catch (cause) {
      throw new ApiError('InvalidParameterException', (cause as Error).message, { cause });
    }
  };
}
