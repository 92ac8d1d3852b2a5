// What the package exports: a server and a job for programs that embed them, and the types of what they pass around.
export { readSettings, type Settings } from './config.ts';
export { BatchlineError, type ErrorCode, type RecordErrorCode, recordErrors, requestErrors } from './errors.ts';
export type { Model } from './models/model.ts';
export type { ModelDescription } from './models/model-description.ts';
export { openModel } from './models/open-model.ts';
export { type RunningServer, startServer } from './server/start.ts';
export type { JobResult } from './transform/job.ts';
export { prepareTransformRun } from './transform/run-transform-job.ts';
export type { TransformRunOptions } from './transform/transform-run.ts';
