import type { Invocation, RecordingContainer, Reply } from './recording-container.ts';

/** What one of the two made of a job. */
export interface Outcome {
  readonly status: string | null;
  /** Why it ended, or failed. */
  readonly said: string;
  /** By path below the output folder, each byte a character. */
  readonly outputs: Readonly<Record<string, string>>;
  readonly container: RecordingContainer;
}

/** A job for batchline and the SDK's local mode; the name is the defect where that has one. */
export interface Case {
  readonly name: string;
  /** Below the folder of the case; text is Latin-1. */
  readonly files: Readonly<Record<string, string | Buffer>>;
  /** What stands in the request beside what every job has, given the folder. */
  readonly request?: (folder: string) => RequestParts;
  readonly executionParameters?: string;
  readonly answer?: (invocation: Invocation) => Reply;
  ours(outcome: Outcome): void;
  theirs?(outcome: Outcome): void;
}

export interface RequestParts {
  readonly source?: object;
  readonly input?: object;
  readonly output?: object;
  readonly resources?: object;
  readonly job?: object;
}

/** The CreateTransformJob request of a case: by default lines of text/plain below `in/`, to `out/`. */
export function requestOf({ request }: Pick<Case, 'request'>, folder: string): object {
  const { source, input, output, resources, job } = request?.(folder) ?? {};
  return {
    TransformJobName: 'job',
    ModelName: 'model',
    TransformInput: {
      DataSource: { S3DataSource: { S3DataType: 'S3Prefix', S3Uri: `file://${folder}/in/`, ...source } },
      ContentType: 'text/plain',
      SplitType: 'Line',
      ...input,
    },
    TransformOutput: { S3OutputPath: `file://${folder}/out`, ...output },
    TransformResources: { InstanceType: 'ml.m5.large', InstanceCount: 1, ...resources },
    ...job,
  };
}

/** What the container was sent, in an order that does not depend on time. */
export const bodies = ({ container }: Outcome): string[] => container.invocations.map(({ body }) => body).sort();
