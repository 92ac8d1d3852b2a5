import { createHash } from 'node:crypto';
import type { CreateTransformJobRequest } from '../../sagemaker-api/create-transform-job.ts';

/** What made the outputs, as far as it is known: little, of a job that somebody else created. */
export interface LaunchLineage {
  readonly batchline: string;
  /** By digest: `…/batchline@sha256:…`; of an inference pipeline all of them. */
  readonly image?: string | undefined;
  /** SHA-256 of the containers: image digests, archives, environments. */
  readonly modelHash?: string | undefined;
  /** The archive on S3. */
  readonly modelUrl?: string | undefined;
  /** What the archive was made of: a folder, `dvc://path@rev`. */
  readonly modelSource?: string | undefined;
  readonly modelArn?: string | undefined;
  readonly jobArn?: string | undefined;
  /** See `settingsHash`. */
  readonly settingsHash?: string | undefined;
  readonly gitCommit?: string | undefined;
}

/** SHA-256 of everything in a request that can change an output. */
export function settingsHash(request: CreateTransformJobRequest): string {
  const { TransformInput: input, TransformOutput: output, DataProcessing: processing = {} } = request;
  const environment = Object.entries(request.Environment ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
  const settings = [
    [input.ContentType, input.CompressionType ?? 'None', input.SplitType ?? 'None'],
    [output.Accept, output.AssembleWith ?? 'None'],
    [processing.InputFilter ?? '$', processing.JoinSource ?? 'None', processing.OutputFilter ?? '$'],
    [request.BatchStrategy, request.MaxPayloadInMB, environment],
    request.DataCaptureConfig?.GenerateInferenceId === true,
  ];
  return createHash('sha256').update(JSON.stringify(settings)).digest('hex');
}

/** What must be the same for an output to be the same; undefined where that is not known. */
export function fingerprintOf({
  modelHash,
  settingsHash: settings,
}: Pick<LaunchLineage, 'modelHash' | 'settingsHash'>): string | undefined {
  return modelHash === undefined || settings === undefined ? undefined : `${modelHash}:${settings}`;
}
