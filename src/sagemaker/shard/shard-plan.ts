import type { CreateTransformJobRequest } from '../../sagemaker-api/create-transform-job.ts';
import type { InputObject } from '../../transform/job.ts';

/** How the objects of a job are cut so that all of its instances have as much to do. */
export interface ShardPlan {
  /** Of the request, the inputs' versions and the cuts: the same launch again has the same one. */
  readonly id: string;
  /** The job that was asked for. */
  readonly request: CreateTransformJobRequest;
  readonly instanceCount: number;
  /** In the order of the inputs. */
  readonly objects: readonly ShardedObject[];
  /** What the job over the shards reads, `s3://…/_batchline/<id>/in/`. */
  readonly inputPrefix: string;
  /** Where it writes, `s3://…/_batchline/<id>/out/<job>/`: a job's own, so that outputs of two are never mixed. */
  readonly outputPrefix: string;
}

export interface ShardedObject {
  readonly input: InputObject;
  /** They end with a newline or the object, and follow upon one another; one range: it is not cut. */
  readonly ranges: readonly ByteRange[];
}

/** Bytes of an object, `[start, end)`. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}
