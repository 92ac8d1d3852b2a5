import type { BatchlineError } from '../../errors.ts';

/** A container, or a process or address that stands for one. */
export interface RunningContainer {
  /** Ends in a slash. */
  readonly url: URL;
  /** Resolves when it ends without having been asked to, with what is to be said; never for one that is not ours. */
  readonly died: Promise<BatchlineError>;
  /** SIGTERM, and SIGKILL when the grace is over; removes what was made for it. Nothing for one that is not ours. */
  stop(graceMs: number): Promise<void>;
}

/** What to start one of. */
export type ContainerSpec =
  /** batchline's own server, on a folder or a model.tar.gz: a path, `file://` or `s3://`. */
  | { readonly kind: 'process'; readonly model: string }
  /** By docker or podman; the archive's content is at /opt/ml/model, as on SageMaker. */
  | { readonly kind: 'image'; readonly image: string; readonly model?: string }
  | { readonly kind: 'url'; readonly url: URL };

export interface StartOptions {
  readonly spec: ContainerSpec;
  /** What to call it where containers have names, such as `<job>-container-1`; made unique by what is added. */
  readonly name?: string;
  /** What the service sets for it: the model's, SAGEMAKER_* and the job's variables, already merged. */
  readonly environment: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  /** Told each line that the container writes. */
  readonly onLog?: (line: string) => void;
}

/** Starts a container as the service does. It listens when this resolves, or soon after; it need not be ready. */
export type StartContainer = (options: StartOptions) => Promise<RunningContainer>;
