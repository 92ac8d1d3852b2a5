import { readFile, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { type FinishOptions, finishJob, type Outcome } from '../../../src/sagemaker/results/finish-job.ts';
import type { LaunchEvent } from '../../../src/sagemaker/tell.ts';
import type { CreateTransformJobRequest } from '../../../src/sagemaker-api/create-transform-job.ts';
import { openStores } from '../../../src/storage/open-store.ts';
import { knownPrices } from '../../../src/transform/report/prices.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

export const never = new AbortController().signal;
export const startTime = new Date('2026-03-01T12:00:00.500Z');
export const endTime = new Date('2026-03-01T12:30:00.500Z');
export const before = new Date('2026-03-01T11:00:00Z');
export const during = new Date('2026-03-01T12:10:00Z');
export const made = { modelHash: 'model', settingsHash: 'settings' };
export const lineage = { batchline: '1.2.3', image: 'registry/batchline@sha256:abc', ...made };

/** What differs from a Completed job of SplitType and AssembleWith Line over `in/`, into `out/`. */
export interface Changes extends Partial<Omit<FinishOptions, 'request' | 'job'>> {
  readonly request?: Partial<CreateTransformJobRequest>;
  readonly input?: Partial<CreateTransformJobRequest['TransformInput']>;
  readonly output?: Partial<CreateTransformJobRequest['TransformOutput']>;
  readonly job?: Partial<FinishOptions['job']>;
}

/** Files of a job that has ended: inputs older than it, outputs written while it ran, unless a time is given. */
export interface JobFolder {
  readonly folder: string;
  readonly events: LaunchEvent[];
  request(changes?: Changes): CreateTransformJobRequest;
  touch(name: string, time: Date): Promise<void>;
  text(name: string): Promise<string>;
  json<T = Record<string, unknown>>(name: string): Promise<T>;
  finish(changes?: Changes): Promise<Outcome>;
}

export async function jobFolder(
  t: TestContext,
  files: Readonly<Record<string, string | Uint8Array>>,
): Promise<JobFolder> {
  const folder = await temporaryFolder(t, files);
  const events: LaunchEvent[] = [];
  const touch = (name: string, time: Date): Promise<void> => utimes(join(folder, name), time, time);
  for (const name of Object.keys(files)) await touch(name, name.startsWith('out/') ? during : before);
  const text = (name: string): Promise<string> => readFile(join(folder, name), 'utf8');
  const request = ({ request: more, input, output }: Changes = {}): CreateTransformJobRequest => ({
    TransformJobName: 'job-1',
    ModelName: 'model-1',
    TransformResources: { InstanceType: 'ml.m5.large', InstanceCount: 2 },
    TransformInput: {
      DataSource: { S3DataSource: { S3DataType: 'S3Prefix', S3Uri: `file://${folder}/in/` } },
      SplitType: 'Line',
      ...input,
    },
    TransformOutput: { S3OutputPath: `file://${folder}/out`, AssembleWith: 'Line', ...output },
    ...more,
  });
  return {
    folder,
    events,
    request,
    touch,
    text,
    json: async (name) => JSON.parse(await text(name)),
    finish: async ({ request: more, input, output, job, ...options } = {}) =>
      await finishJob({
        openStore: openStores(),
        tell: (event) => events.push(event),
        signal: never,
        lineage,
        prices: knownPrices,
        ...options,
        request: request({
          ...(more ? { request: more } : {}),
          ...(input ? { input } : {}),
          ...(output ? { output } : {}),
        }),
        job: { name: 'job-1', status: 'Completed', startTime, endTime, ...job },
      }),
  };
}

/** An error line as batchline's server writes it. */
export function errorLine(record: number): string {
  return `{"error":{"code":"INVALID_JSON","message":"no JSON","record":${record}}}\n`;
}
