import { containersOf } from '../launch-file/read-launch-file.ts';
import type { IamOptions } from './iam-options.ts';
import { partitionOf } from './iam-options.ts';

/** Objects of a bucket whose keys begin with `prefix`, or the one whose key it is. */
export interface S3Place {
  readonly bucket: string;
  readonly prefix: string;
  readonly isObject?: boolean;
}

/** Where a launch reads and writes. */
export interface S3Places {
  readonly input: S3Place | undefined;
  readonly output: S3Place | undefined;
  /** Where model archives are put. */
  readonly artifacts: S3Place | undefined;
  /** Archives that are there already. */
  readonly archives: readonly S3Place[];
  readonly capture: S3Place | undefined;
}

export function s3Places({ launch }: IamOptions): S3Places {
  const { job, model, createModel } = launch;
  const { S3DataType: type, S3Uri: uri } = job.TransformInput.DataSource.S3DataSource;
  const given = placeOf(uri);
  const archives = [
    ...containersOf(createModel).map(({ ModelDataUrl: url }) => url),
    model?.artifacts === undefined ? model?.path : undefined,
  ];
  return {
    // A manifest may name any object of any bucket; that they are of its own bucket is the least that is likely.
    input: type === 'ManifestFile' && given ? { ...given, prefix: '' } : given,
    output: folderOf(job.TransformOutput.S3OutputPath),
    artifacts: folderOf(model?.artifacts),
    archives: archives.flatMap((url) => placeOf(url) ?? []).map((place) => ({ ...place, isObject: true })),
    capture: folderOf(job.DataCaptureConfig?.DestinationS3Uri),
  };
}

export function bucketArn(options: IamOptions, { bucket }: S3Place): string {
  return `arn:${partitionOf(options)}:s3:::${bucket}`;
}

/** What IAM calls the objects of a place. */
export function objectsArn(options: IamOptions, place: S3Place): string {
  return `${bucketArn(options, place)}/${keysOf(place)}`;
}

/** A pattern of the keys. What a pattern or a variable would begin with is written as IAM's variables for it. */
export function keysOf({ prefix, isObject = false }: S3Place): string {
  return prefix.replace(/[*?$]/g, (character) => `\${${character}}`) + (isObject ? '' : '*');
}

/** Undefined for what is not on S3, such as a folder or `dvc://`. */
function placeOf(uri: string | undefined): S3Place | undefined {
  const [, bucket, key] = /^s3:\/\/([^/]+)(?:\/(.*))?$/s.exec(uri ?? '') ?? [];
  return bucket === undefined ? undefined : { bucket, prefix: key ?? '' };
}

function folderOf(uri: string | undefined): S3Place | undefined {
  const place = placeOf(uri);
  return place && { ...place, prefix: place.prefix.replace(/\/*$/, place.prefix === '' ? '' : '/') };
}
