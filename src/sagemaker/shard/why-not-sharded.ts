import type { CreateTransformJobRequest } from '../../sagemaker-api/create-transform-job.ts';
import type { OpenStore } from '../../storage/open-store.ts';
import type { InputObject } from '../../transform/job.ts';
import { shardsRoot } from './shard-folders.ts';

interface Shardable {
  readonly request: CreateTransformJobRequest;
  readonly inputs: readonly InputObject[];
  readonly openStore: OpenStore;
}

/** Why a job cannot be cut at newlines without changing its output, or cannot be cut at all. */
export function whyNotSharded({ request, inputs, openStore }: Shardable): string | undefined {
  const { TransformInput: input, TransformOutput: output, DataCaptureConfig } = request;
  const { S3DataType: type, S3Uri: uri } = input.DataSource.S3DataSource;
  if (input.SplitType !== 'Line') return `SplitType is ${input.SplitType ?? 'None'}; only Line is cut`;
  if (input.CompressionType === 'Gzip') return 'objects compressed by gzip can only be read from their beginning';
  // The replies of two requests would meet in the middle of a line.
  if (output.AssembleWith !== 'Line') return `AssembleWith is ${output.AssembleWith ?? 'None'}; expected Line`;
  if (DataCaptureConfig !== undefined) return 'captured data would name temporary objects';
  const root = shardsRoot(request);
  if (type === 'S3Prefix' && root.startsWith(uri)) return 'the output path lies within the input prefix';
  const compose = /^s3:\/\//.test(root) ? openStore(root).store.compose : undefined;
  const isOnS3 = inputs.every(({ store }) => store.root.startsWith('s3://'));
  return compose !== undefined && isOnS3 ? undefined : 'inputs and outputs are not on S3';
}
