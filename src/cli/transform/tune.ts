import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileUri } from '../../storage/open-store.ts';
import type { JobResult } from '../../transform/job.ts';
import { prepareTransformRun } from '../../transform/run-transform-job.ts';
import type { TransformRunOptions } from '../../transform/transform-run.ts';
import { candidatesFor } from '../../transform/tune/candidates.ts';
import { takeSample } from '../../transform/tune/sample.ts';
import { type Measurement, type TunedSettings, tune } from '../../transform/tune/tune.ts';
import { jobPatch, tunedText } from '../../transform/tune/tuned-text.ts';
import { note } from '../failure.ts';
import type { Flags } from './flags.ts';

type WithWorkers = (workers: number | undefined) => TransformRunOptions;

/** `transform --tune`: the best settings for a sample of the input, as a patch for the job on stdout. */
export async function runTune(flags: Flags, optionsWith: WithWorkers, signal: AbortSignal): Promise<number> {
  const options = optionsWith(undefined);
  const ownServer = options.pipeline.length === 1 && options.pipeline[0]?.spec.kind === 'process';
  const folder = await mkdtemp(join(tmpdir(), 'batchline-tune-'));
  try {
    const sample = await takeSample(options, folder, signal);
    const { longestRecordBytes } = sample;
    const candidates = candidatesFor({ cores: availableParallelism(), longestRecordBytes, ownServer });
    note(`${candidates.length} settings on up to ${(sample.bytes / 1e6).toFixed(1)} MB of the input`);
    const measure = async (settings: TunedSettings, share: number): Promise<Measurement> => {
      signal.throwIfAborted();
      const input = await sample.share(share);
      return measurementOf(await run(optionsWith(settings.workers), { settings, input, folder }, signal));
    };
    const tuned = await tune({ candidates, measure, onTrial: (settings, found) => note(trialText(settings, found)) });
    const patch = jobPatch(tuned, options.request.Environment);
    process.stderr.write(`${tunedText(tuned)}\n`);
    process.stdout.write(`${JSON.stringify(flags.json ? { patch, ...tuned } : patch, undefined, 2)}\n`);
    return 0;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

interface Trial {
  readonly settings: TunedSettings;
  /** The path of a file. */
  readonly input: string;
  readonly folder: string;
}

async function run(options: TransformRunOptions, { settings, input, folder }: Trial, signal: AbortSignal) {
  const { TransformInput, TransformOutput, ...request } = options.request;
  const prepared = await prepareTransformRun(
    {
      ...options,
      request: {
        ...request,
        MaxPayloadInMB: settings.maxPayloadInMB,
        MaxConcurrentTransforms: settings.maxConcurrentTransforms,
        TransformResources: { ...request.TransformResources, InstanceCount: 1 },
        TransformInput: {
          ...TransformInput,
          CompressionType: 'None',
          DataSource: { S3DataSource: { S3DataType: 'S3Prefix', S3Uri: input } },
        },
        TransformOutput: { ...TransformOutput, S3OutputPath: fileUri(`${folder}/out/`) },
      },
    },
    signal,
  );
  return await prepared.run(signal);
}

function measurementOf({ seconds, objects, serverUsage }: JobResult): Measurement {
  const bytes = objects.reduce((sum, { inputBytes }) => sum + inputBytes, 0);
  return {
    seconds,
    megabytesPerSecond: bytes / 1e6 / seconds,
    failures: objects.filter(({ status }) => status !== 'Completed').length,
    peakMemoryBytes: serverUsage?.peakBytes,
  };
}

function trialText(settings: TunedSettings, { megabytesPerSecond, failures }: Measurement): string {
  const { maxPayloadInMB, maxConcurrentTransforms, workers } = settings;
  const threads = workers === undefined ? '' : `, ${workers} workers`;
  const result = failures > 0 ? 'failed' : `${megabytesPerSecond.toFixed(1)} MB/s`;
  return `MaxPayloadInMB ${maxPayloadInMB}, MaxConcurrentTransforms ${maxConcurrentTransforms}${threads}: ${result}`;
}
