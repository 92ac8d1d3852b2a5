import { ErrorsFile } from '../../transform/errors-file.ts';
import type { JobResult } from '../../transform/job.ts';
import type { TransformRunOptions } from '../../transform/transform-run.ts';
import type { Flags } from './flags.ts';

/** What a job leaves beside its outputs. */
export class JobReport {
  readonly #errors: ErrorsFile | undefined;
  readonly listeners: Pick<TransformRunOptions, 'onErrors' | 'observer'>;

  constructor(flags: Flags, { request, openStore }: TransformRunOptions) {
    const folder = typeof flags.report === 'string' ? flags.report : request.TransformOutput.S3OutputPath;
    this.#errors = flags.report === false ? undefined : new ErrorsFile(folder, openStore);
    this.listeners = this.#errors ? { onErrors: this.#errors.add } : {};
  }

  /** @returns what was written */
  async close(_result: JobResult): Promise<string[]> {
    return (await this.#errors?.close()) ? [(this.#errors as ErrorsFile).uri.replace(/^file:\/\//, '')] : [];
  }
}
