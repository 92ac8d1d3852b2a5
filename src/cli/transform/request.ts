import { basename } from 'node:path';
import { BatchlineError } from '../../errors.ts';
import type { CreateTransformJobRequest } from '../../sagemaker-api/create-transform-job.ts';
import { parseCreateTransformJob } from '../../sagemaker-api/parse-create-transform-job.ts';
import { readJsonFile } from '../read-json-file.ts';
import type { Flags } from './flags.ts';

type Members = Record<string, unknown>;

/**
 * The job of the command line: the job file's request with the options in place of what it says, or of options alone.
 * @throws BatchlineError INVALID_REQUEST in the service's words, INVALID_SETTING for options that need each other
 */
export async function requestOf(flags: Flags): Promise<CreateTransformJobRequest> {
  const given = flags.job === undefined ? undefined : await readJsonFile('--job', flags.job);
  if (!given && (flags.input === undefined || flags.output === undefined)) {
    const missing = flags.input === undefined ? '--input' : '--output';
    throw new BatchlineError('INVALID_SETTING', `expected ${missing}, or a --job that says it, received neither`);
  }
  const merged = merge(given ?? bareRequest(flags), overrides(flags));
  return parseCreateTransformJob(merged, { allowFiles: true, unknown: 'refuse' });
}

/** What the API insists on and a local run does not need. */
function bareRequest(flags: Flags): Members {
  const now = new Date().toISOString().replace(/\D/g, '').slice(0, 17);
  const splitType = flags.splitType ?? 'Line';
  return {
    TransformJobName: `local-${now}`,
    ModelName: modelName(flags),
    TransformInput: { DataSource: { S3DataSource: { S3DataType: 'S3Prefix' } }, SplitType: splitType },
    TransformOutput: { AssembleWith: splitType === 'Line' ? 'Line' : 'None' },
    TransformResources: { InstanceType: 'ml.m5.large', InstanceCount: 1 },
  };
}

function modelName({ model, image }: Flags): string {
  const name = basename(model ?? image ?? 'model').replace(/[^a-zA-Z0-9]+/g, '-');
  return name.replace(/^-/, '').slice(0, 63).replace(/-$/, '') || 'model';
}

function overrides(flags: Flags): Members {
  const source = { S3Uri: flags.input, S3DataType: flags.manifest ? 'ManifestFile' : undefined };
  return {
    BatchStrategy: flags.batchStrategy,
    MaxPayloadInMB: flags.maxPayloadInMb,
    MaxConcurrentTransforms: flags.maxConcurrentTransforms,
    ModelClientConfig: {
      InvocationsTimeoutInSeconds: flags.timeoutSeconds,
      InvocationsMaxRetries: flags.maxRetries,
    },
    TransformInput: {
      DataSource: { S3DataSource: source },
      ContentType: flags.contentType,
      CompressionType: flags.compressionType,
      SplitType: flags.splitType,
    },
    TransformOutput: { S3OutputPath: flags.output, Accept: flags.accept, AssembleWith: flags.assembleWith },
    TransformResources: { InstanceCount: flags.instanceCount },
    DataProcessing: {
      InputFilter: flags.inputFilter,
      OutputFilter: flags.outputFilter,
      JoinSource: flags.joinSource,
    },
    Environment: variables('--env', flags.env),
  };
}

/** `NAME=VALUE` texts by name. */
function variables(option: string, texts: readonly string[]): Members {
  return Object.fromEntries(
    texts.map((text) => {
      const at = text.indexOf('=');
      if (at > 0) return [text.slice(0, at), text.slice(at + 1)];
      throw new BatchlineError('INVALID_SETTING', `${option}: expected NAME=VALUE, received ${JSON.stringify(text)}`);
    }),
  );
}

/** What is undefined in `over` leaves `base` as it is, and so does an object in which nothing is defined. */
function merge(base: Members, over: Members): Members {
  const merged = { ...base };
  for (const [name, value] of Object.entries(over)) {
    if (value === undefined) continue;
    if (!isObject(value)) {
      merged[name] = value;
      continue;
    }
    const below = merged[name];
    const inner = merge(isObject(below) ? below : {}, value);
    if (Object.keys(inner).length > 0 && (below === undefined || isObject(below))) merged[name] = inner;
  }
  return merged;
}

function isObject(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
