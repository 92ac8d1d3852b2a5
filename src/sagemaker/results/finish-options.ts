import type { CreateTransformJobRequest } from '../../sagemaker-api/create-transform-job.ts';
import type { PriceTable } from '../../transform/report/prices.ts';
import type { Step } from '../step.ts';
import type { JobObject } from './job-objects.ts';
import type { LaunchLineage } from './launch-lineage.ts';

export interface FinishOptions extends Pick<Step, 'openStore' | 'tell' | 'signal'> {
  /**
   * What was run, with the names, as CreateTransformJob had it; of a sharded or resumed job, the request over the whole
   * input with the final S3OutputPath.
   */
  readonly request: CreateTransformJobRequest;
  readonly job: EndedJob;
  readonly lineage: LaunchLineage;
  readonly prices: PriceTable;
  /** Of a failed job. */
  readonly explanation?: Explanation | undefined;
  /** Objects that were not scored because they had a valid output: `selectUnfinished` names them. */
  readonly finished?: readonly JobObject[];
  /** Outputs, then inputs, are read up to this many bytes in total; 1 GB by default. Beyond it a sample is read. */
  readonly readBytes?: number;
  /** How often the progress of reading is told; every 2 s by default. */
  readonly progressMs?: number;
  /** Whether outputs may have other numbers of lines than their objects: of containers that do not answer line for line. */
  readonly linesMayDiffer?: boolean;
}

/** A job that has ended. */
export interface EndedJob {
  readonly name: string;
  readonly status: 'Completed' | 'Failed' | 'Stopped';
  readonly failureReason?: string | undefined;
  /** TransformStartTime and TransformEndTime. */
  readonly startTime?: Date | undefined;
  readonly endTime?: Date | undefined;
  /** What batchline's container logged. */
  readonly counted?: { readonly records: number; readonly errors: number; readonly requests: number } | undefined;
}

/** Why a job failed, as its logs tell. */
export interface Explanation {
  readonly causes: readonly { readonly what: string; readonly remedy: string; readonly evidence?: string }[];
  /** What the data log says of objects. */
  readonly objects: readonly { readonly object: string; readonly lines: readonly string[] }[];
}
