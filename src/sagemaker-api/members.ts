import { list, structure, text, type Unknown } from './constraints.ts';

// Members that several operations have. Source: botocore, sagemaker/2017-07-24/service-2.json.

export const entityName = text({ min: 1, max: 63, pattern: '^[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}' });
export const modelName = text({ max: 63, pattern: '^[a-zA-Z0-9]([\\-a-zA-Z0-9]*[a-zA-Z0-9])?' });
export const kmsKeyId = text({ max: 2048, pattern: '[a-zA-Z0-9:/_-]*' });

const tagPattern = '^([\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]*)$';
export const tagKey = text({ min: 1, max: 128, pattern: tagPattern });
const tagValue = text({ max: 256, pattern: tagPattern });

export function tagList(unknown: Unknown) {
  return list(structure({ Key: tagKey, Value: tagValue }, unknown), { max: 50 });
}

/** An S3 URI; with `allowFiles` also a `file://` URI or a path, which `batchline transform` reads and writes. */
export function s3Uri(allowFiles: boolean) {
  const uri = '^(https|s3)://([^/]+)/?(.*)$';
  return text({ max: 1024, pattern: allowFiles ? `${uri}|^file://.+|^(?!.*://).+` : uri });
}
