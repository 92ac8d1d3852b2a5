import type { BatchlineError } from '../../../errors.ts';
import type { CreateTransformJobRequest } from '../../../sagemaker-api/create-transform-job.ts';
import { containerCauses } from './container-causes.ts';
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

/** The causes that the tables know, the most telling first; what is said in general only where nothing else is. */
export function findCauses(job: EndedBadly, evidence: Evidence): Cause[] {
  if (job.status === 'Stopped') return [stopped(job.name)];
  const lines = {
    reason: (job.failureReason ?? '').split('\n'),
    'data-log': evidence.dataLog,
    container: evidence.containers.map(readableLogLine),
  };
  const matching = [...serviceCauses, ...containerCauses, ...requestCauses].flatMap((known) => {
    const line = known.in.flatMap((where) => lines[where]).find((text) => known.pattern.test(text));
    return line === undefined ? [] : [{ known, line }];
  });
  const telling = matching.filter(({ known }) => !known.isGeneral);
  const causes = (telling.length > 0 ? telling : matching).map(({ known: { what, remedy }, line }) => ({
    what,
    remedy: typeof remedy === 'string' ? remedy : remedy(job.request),
    evidence: line.trim().slice(0, longestEvidence),
  }));
  return [...causes.slice(0, mostCauses), ...aboutLogs(job.name, evidence, telling.length > 0)];
}

function aboutLogs(name: string, { refused, streams }: Evidence, isExplained: boolean): Cause[] {
  if (refused) {
    const remedy =
      'allow logs:DescribeLogStreams and logs:GetLogEvents to these credentials; `batchline launch iam` prints a policy';
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
