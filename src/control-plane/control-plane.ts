import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Express } from 'express';
import { BatchlineError, messageOf } from '../errors.ts';
import { createApp } from './app.ts';
import { createModels } from './models.ts';
import { logOperations } from './operations/logs.ts';
import { sageMakerOperations } from './operations/sagemaker.ts';
import { pages } from './pages/pages.ts';
import type { Account } from './resource-names.ts';
import { s3Proxy } from './s3-proxy.ts';
import { lockFolder } from './state/lock.ts';
import { LogStreams } from './state/log-streams.ts';
import { openRecords } from './state/records.ts';
import { storedJobSchema, storedModelSchema } from './state/stored.ts';
import { TransformJobs, type TransformJobsOptions } from './transform-jobs.ts';

export interface ControlPlaneOptions
  extends Pick<TransformJobsOptions, 'prepare' | 'startContainer' | 'openStore' | 'assumptions' | 'openReport'> {
  /** Where models, jobs and logs are kept; made if missing. One process at a time. */
  readonly folder: string;
  readonly account: Account;
  /** The S3 server that requests signed for S3 are passed on to. */
  readonly s3Endpoint: URL | undefined;
  /** Repositories whose images are batchline's own, besides `batchline`. */
  readonly ownImages: readonly string[];
  readonly concurrentJobs: number;
  /** Whether requests may name files (`file://` or a path) where the service takes S3 URIs. */
  readonly allowFiles: boolean;
  /** Told what whoever started it should know. */
  readonly onNote: (note: string) => void;
}

export interface ControlPlane {
  readonly app: Express;
  /** Stops the jobs that are under way, which thereby fail, and gives the folder back. */
  close(): Promise<void>;
}

/**
 * SageMaker's API for models and transform jobs, with what its clients need of STS, CloudWatch Logs and S3.
 * @throws BatchlineError INVALID_SETTING if the folder cannot be used, or another process uses it
 */
export function controlPlane(options: ControlPlaneOptions): ControlPlane {
  const { folder, account, onNote } = options;
  makeFolder(folder);
  const unlock = lockFolder(folder);
  const modelRecords = openRecords(
    join(folder, 'models'),
    storedModelSchema,
    (model) => model.request.ModelName,
    onNote,
  );
  const jobRecords = openRecords(join(folder, 'jobs'), storedJobSchema, (job) => job.request.TransformJobName, onNote);
  const logs = new LogStreams(join(folder, 'logs'));
  const models = createModels(modelRecords, account);
  const reports = join(folder, 'reports');
  const ownImages = ['batchline', ...options.ownImages];
  const jobs = new TransformJobs({ ...options, records: jobRecords, logs, reports, models, ownImages });
  const s3 = s3Proxy(options.s3Endpoint);
  const { allowFiles, openStore } = options;
  const services = {
    SageMaker: sageMakerOperations({ models, jobs, account, allowFiles, openStore }),
    Logs_20140328: logOperations(logs),
  };
  const app = createApp({
    services,
    account,
    s3,
    pages: pages({ jobs, models, logs, reports }),
    onDefect: ({ message }) => onNote(message),
  });
  return {
    app,
    async close() {
      await jobs.close();
      s3.close();
      unlock();
    },
  };
}

function makeFolder(folder: string): void {
  try {
    // Requests may hold secrets in their environments.
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  } catch (cause) {
    throw new BatchlineError('INVALID_SETTING', `--state ${folder}: ${messageOf(cause)}`, { cause });
  }
}
