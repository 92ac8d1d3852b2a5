import type { Launch } from '../launch-file/launch.ts';

/** What a launch's models are called, as patterns of IAM. Source: model/model-request.ts. */
export function modelNames({ name, createModel, job }: Launch): string[] {
  return [job.ModelName ?? createModel.ModelName ?? `${name}-*`];
}

/** What its jobs are called. Source: job/job-request.ts, which shortens long names of models. */
export function jobNames({ name, createModel, job }: Launch): string[] {
  const model = job.ModelName ?? createModel.ModelName ?? name;
  const { TransformJobName: given } = job;
  return [given === undefined ? `${model.slice(0, shortened).replace(/-+$/, '')}-*` : `${given}*`];
}

/** Of 63 characters, without `-<14 digits>-<6 hex>`. */
const shortened = 41;
