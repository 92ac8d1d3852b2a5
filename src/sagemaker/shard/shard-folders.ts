import type { CreateTransformJobRequest } from '../../sagemaker-api/create-transform-job.ts';

/** What the plans of a job's output path are below: `s3://…/_batchline/`. Not where inputs are, which many may only read. */
export function shardsRoot({ TransformOutput: { S3OutputPath: path } }: CreateTransformJobRequest): string {
  return `${path.endsWith('/') ? path : `${path}/`}_batchline/`;
}

/** Where the shards of a plan are read and written. */
export function shardFolders(
  request: CreateTransformJobRequest,
  id: string,
): { readonly inputPrefix: string; readonly outputPrefix: string } {
  const folder = `${shardsRoot(request)}${id}/`;
  return { inputPrefix: `${folder}in/`, outputPrefix: `${folder}out/${request.TransformJobName}/` };
}

/** The URI that everything of a plan is below. */
export function planFolder({ inputPrefix }: { readonly inputPrefix: string }): string {
  return inputPrefix.slice(0, -'in/'.length);
}

/** Where the shards of a job are, if its request is of a job over shards. */
export function planIn({ TransformInput, TransformOutput }: CreateTransformJobRequest) {
  const inputPrefix = TransformInput.DataSource.S3DataSource.S3Uri;
  const [, id] = /^s3:\/\/.*\/_batchline\/([0-9a-f]{16})\/in\/$/.exec(inputPrefix) ?? [];
  return id === undefined ? undefined : { id, inputPrefix, outputPrefix: `${TransformOutput.S3OutputPath}/` };
}
