import type { ContainerName } from './containers.ts';

/** One job, and what must come of it, whoever runs it. What is expected is written by hand, never computed. */
export interface Scenario {
  readonly name: string;
  readonly container: ContainerName;
  readonly request?: RequestMembers;
  /** What S3Uri says behind the job's own root; `in/` by default. */
  readonly source?: string;
  /** Objects by their keys below the root, where `{root}` in a text stands for the root's URI; `''` under `x/` is a folder marker. */
  readonly inputs: Readonly<Record<string, string | Buffer>>;
  /** Completed by default; Refused: no job is made of it. */
  readonly status?: 'Completed' | 'Failed' | 'Refused';
  /** How the FailureReason, or the message of what is refused, begins; and what else it says. */
  readonly reason?: readonly [start: string, ...parts: string[]];
  /** Every object below S3OutputPath, byte for byte. */
  readonly outputs: Readonly<Record<string, string | Buffer>>;
}

/** Members of CreateTransformJob without their levels; text/csv by lines, assembled by lines, by default. */
export interface RequestMembers {
  readonly S3DataType?: 'S3Prefix' | 'ManifestFile';
  readonly ContentType?: string;
  readonly CompressionType?: 'Gzip';
  readonly SplitType?: 'None' | 'Line' | 'RecordIO' | 'TFRecord';
  readonly Accept?: string;
  readonly AssembleWith?: 'None' | 'Line';
  readonly InstanceCount?: number;
  readonly BatchStrategy?: 'MultiRecord' | 'SingleRecord';
  readonly MaxPayloadInMB?: number;
  readonly MaxConcurrentTransforms?: number;
  readonly ModelClientConfig?: {
    readonly InvocationsMaxRetries?: number;
    readonly InvocationsTimeoutInSeconds?: number;
  };
  readonly DataProcessing?: {
    readonly InputFilter?: string;
    readonly OutputFilter?: string;
    readonly JoinSource?: 'Input' | 'None';
  };
}

export interface Names {
  readonly job: string;
  readonly model: string;
  /** URIs that end in a slash. */
  readonly root: string;
  readonly output: string;
}

/** The request as a client sends it. */
export function requestOf({ request = {}, source = 'in/' }: Scenario, { job, model, root, output }: Names) {
  const { S3DataType = 'S3Prefix', ContentType = 'text/csv', CompressionType = 'None', SplitType = 'Line' } = request;
  const { Accept = ContentType, AssembleWith = 'Line', InstanceCount = 1, ...others } = request;
  const { S3DataType: _, ContentType: __, CompressionType: ___, SplitType: ____, ...rest } = others;
  return {
    TransformJobName: job,
    ModelName: model,
    ...rest,
    TransformInput: {
      DataSource: { S3DataSource: { S3DataType, S3Uri: root + source } },
      ContentType,
      CompressionType,
      SplitType,
    },
    TransformOutput: { S3OutputPath: output, Accept, AssembleWith },
    TransformResources: { InstanceType: 'ml.m5.large', InstanceCount },
  } as const;
}

/** The objects as they are stored below a root. */
export function inputsOf({ inputs }: Scenario, root: string): [key: string, body: Buffer][] {
  return Object.entries(inputs).map(([key, body]) => [
    key,
    typeof body === 'string' ? Buffer.from(body.replaceAll('{root}', root)) : body,
  ]);
}
