import { dirname, resolve } from 'node:path';
import { BatchlineError } from '../../errors.ts';
import type { LaunchStep } from '../../sagemaker/deploy.ts';
import type { Launch } from '../../sagemaker/launch-file/launch.ts';
import { readLaunchFile } from '../../sagemaker/launch-file/read-launch-file.ts';
import { openModelSource } from '../../sagemaker/model-archive/open-model-source.ts';
import { gitCommit, ownVersion } from '../versions.ts';
import type { LaunchFlags } from './flags.ts';
import { type Session, withSession } from './session.ts';

export interface OpenLaunch extends LaunchStep, Session {
  /** Why the model could not be opened, for the preflight to list with whatever else is wrong. */
  readonly modelProblem?: BatchlineError;
}

/** Reads the launch file, opens what its steps work with, and closes it at the end. @returns the exit status */
export async function withLaunch(flags: LaunchFlags, work: (step: OpenLaunch) => Promise<number>): Promise<number> {
  const read = async () => {
    const { launch, region } = await readLaunchFile(flags.file, flags.set);
    return { given: withFlags(launch, flags), region };
  };
  return await withSession(flags, read, async (session, launch) => {
    const cwd = dirname(resolve(flags.file)); // of dvc://path, as of every path in the file
    const opened = launch.model && (await openModelSource(launch.model.path, { ...session, cwd }).catch(expected));
    const problem = opened instanceof BatchlineError ? { modelProblem: opened } : {};
    const openModel = opened instanceof BatchlineError ? undefined : opened;
    try {
      const lineage = { version: await ownVersion(), git: await gitCommit() };
      return await work({ ...session, launch, openModel, lineage, rebuild: flags.rebuild === true, ...problem });
    } finally {
      await openModel?.close();
    }
  });
}

function expected(error: unknown): BatchlineError {
  if (error instanceof BatchlineError) return error;
  throw error;
}

function withFlags(launch: Launch, { image, networkIsolation }: LaunchFlags): Launch {
  const { createModel } = launch;
  return {
    ...launch,
    image: launch.image && image !== undefined ? { ...launch.image, existing: image } : launch.image,
    createModel: networkIsolation === false ? { ...createModel, EnableNetworkIsolation: false } : createModel,
  };
}
