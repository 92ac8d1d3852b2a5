import type { BatchlineError } from '../../../errors.ts';
import type { CreateTransformJobRequest } from '../../../sagemaker-api/create-transform-job.ts';
import { awsCode } from '../../aws-call.ts';
import { containerCauses } from './container-causes.ts';
import type { KnownCause } from './known-cause.ts';
import { readableLogLine } from './readable-log-line.ts';
import { requestCauses } from './request-causes.ts';
import { serviceCauses } from './service-causes.ts';

/** What probably made a job fail. */
export interface Cause {
  readonly what: string;
  readonly remedy: string;
  /** The line that says so. */
  readonly evidence?: string;
}

export interface Evidence {
  /** Made readable. */
  readonly dataLog: readonly string[];
  readonly containers: readonly string[];
  readonly streams: number;
  readonly refused?: BatchlineError;
}

export interface EndedBadly {
  readonly name: string;
  readonly status: 'Completed' | 'Failed' | 'Stopped';
  readonly failureReason?: string;
  readonly request: CreateTransformJobRequest;
}

const mostCauses = 5;
const longestEvidence = 300;

/** What is particular comes before what is general. */
const allKnown = [...serviceCauses, ...containerCauses, ...requestCauses].sort(
  (one, other) => Number(one.isGeneral ?? false) - Number(other.isGeneral ?? false),
);

/**
 * The causes that the tables know, the most telling first; what is said in general only where nothing else is. A line
 * speaks for one cause.
 */
export function findCauses(job: EndedBadly, evidence: Evidence): Cause[] {
  if (job.status === 'Stopped') return [stopped(job.name)];
  const found = new Map<KnownCause, string>();
  for (const { where, line } of allLines(job, evidence)) {
    const known = allKnown.find((one) => one.in.includes(where) && one.pattern.test(line));
    if (known && !found.has(known)) found.set(known, line.trim().slice(0, longestEvidence));
  }
  const matching = allKnown.filter((known) => found.has(known));
  const telling = matching.filter(({ isGeneral }) => !isGeneral);
  const causes = (telling.length > 0 ? telling : matching).slice(0, mostCauses).map((known) => ({
    what: known.what,
    remedy: typeof known.remedy === 'string' ? known.remedy : known.remedy(job.request),
    evidence: found.get(known) ?? '',
  }));
  return [...causes, ...aboutLogs(job.name, evidence, telling.length > 0)];
}

/** Data logs quote replies line by line, where FailureReason, if it quotes at all, has all in one. */
function* allLines({ failureReason = '' }: EndedBadly, { dataLog, containers }: Evidence) {
  for (const line of dataLog) yield { where: 'data-log', line } as const;
  for (const line of containers) yield { where: 'container', line: readableLogLine(line) } as const;
  for (const line of failureReason.split('\n')) yield { where: 'reason', line } as const;
}

function aboutLogs(name: string, { refused, streams }: Evidence, isExplained: boolean): Cause[] {
  if (refused) {
    const isDenied = /^(AccessDenied|NotAuthorized|Unauthorized|HTTP 403)/.test(awsCode(refused) ?? '');
    const remedy = isDenied
      ? 'allow logs:DescribeLogStreams and logs:GetLogEvents to these credentials; `batchline launch iam` prints a policy'
      : `\`batchline launch watch ${name}\` looks again`;
    return [{ what: `The logs of the job could not be read: ${refused.message}`, remedy }];
  }
  if (streams > 0 || isExplained) return [];
  return [
    {
      what: 'The job has no logs: its container never started, or its logs could not be sent.',
      remedy: `allow logs:CreateLogGroup, logs:CreateLogStream, logs:PutLogEvents and logs:DescribeLogStreams to the model's execution role (\`batchline launch iam\` prints a policy); see that the image can be pulled, and with VpcConfig that the subnets reach S3 by an endpoint; then \`batchline launch watch ${name}\` looks again`,
    },
  ];
}

function stopped(name: string): Cause {
  return {
    what: 'Somebody, or a program, stopped the job by StopTransformJob; SageMaker keeps none of its outputs.',
    remedy: `run it again; who did it: \`aws cloudtrail lookup-events --lookup-attributes AttributeKey=EventName,AttributeValue=StopTransformJob\`, and look for ${name}`,
  };
}
