import type { CreateTransformJobRequest } from '../../sagemaker-api/create-transform-job.ts';
import type { Assumptions } from '../assumptions.ts';

export interface EnvironmentOptions {
  readonly request: Pick<
    CreateTransformJobRequest,
    'Environment' | 'MaxPayloadInMB' | 'BatchStrategy' | 'MaxConcurrentTransforms'
  >;
  /** CreateModel's, of this container. */
  readonly model: Readonly<Record<string, string>>;
  readonly assumptions: Pick<Assumptions, 'environment'>;
  /** In a pipeline, which container it is, from 0. */
  readonly position?: number;
}

/**
 * The variables of a container. The service's settings are among them only if the caller of the API has set them: what a
 * container chooses itself, or nobody does, is not told. Those of the service stand above the model's and below the
 * job's, as in the SDK's local mode; what wins where model and job set the same is assumed.
 */
export function containerEnvironment(options: EnvironmentOptions): Record<string, string> {
  const { request, model, assumptions, position } = options;
  const { Environment: job = {}, MaxPayloadInMB: payload, BatchStrategy, MaxConcurrentTransforms } = request;
  const modelWins = assumptions.environment === 'model';
  const ofJob = Object.entries(job).filter(([name]) => !(modelWins && name in model));
  return {
    ...model,
    SAGEMAKER_BATCH: 'true',
    ...(payload === undefined ? {} : { SAGEMAKER_MAX_PAYLOAD_IN_MB: String(payload) }),
    ...(BatchStrategy === undefined ? {} : { SAGEMAKER_BATCH_STRATEGY: containerSpelling[BatchStrategy] }),
    // 0 is the API's way to leave it out.
    ...(MaxConcurrentTransforms ? { SAGEMAKER_MAX_CONCURRENT_TRANSFORMS: String(MaxConcurrentTransforms) } : {}),
    ...Object.fromEntries(ofJob),
    ...(position === undefined ? {} : portsOf(position)),
  };
}

const containerSpelling = { MultiRecord: 'MULTI_RECORD', SingleRecord: 'SINGLE_RECORD' } as const;

const firstPort = 8080;
const firstSafePort = 20_000;
const safePorts = 1000;

/** The containers of a pipeline share an instance: each has a port to listen on, and a range for what else it opens. */
function portsOf(position: number): Record<string, string> {
  const from = firstSafePort + position * safePorts;
  return {
    SAGEMAKER_BIND_TO_PORT: String(firstPort + position),
    SAGEMAKER_SAFE_PORT_RANGE: `${from}-${from + safePorts - 1}`,
  };
}
