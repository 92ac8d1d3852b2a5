import { calls } from '../../calls.ts';
import { BatchlineError } from '../../errors.ts';
import { createClients, regionOf } from '../../sagemaker/clients.ts';
import { identify } from '../../sagemaker/preflight/identify.ts';
import type { Identity, Step } from '../../sagemaker/step.ts';
import { openStores } from '../../storage/open-store.ts';
import { tellFailure } from '../failure.ts';
import { listenForInterrupts } from '../interrupts.ts';
import { printEvents } from './events.ts';
import type { LaunchFlags } from './flags.ts';

/** One command's time with AWS. */
export interface Session extends Step {
  readonly identity: Identity;
  readonly region: string;
  /** Once a job runs it is not ended by Ctrl-C: how to take it up again. */
  leaveRunning(job: string | undefined): void;
}

/**
 * Opens what the steps work with and closes it at the end, also when a signal or a failure ends it.
 * @param read what the command needs of its own, such as the launch file, which may name the region
 * @returns the exit status
 */
export async function withSession<T>(
  flags: LaunchFlags,
  read: () => Promise<{ readonly given: T; readonly region: string | undefined }>,
  work: (session: Session, given: T) => Promise<number>,
): Promise<number> {
  const stop = new AbortController();
  const interrupted = listenForInterrupts(stop);
  const { tell, close } = printEvents(flags.json === true);
  if (flags.debug) calls.subscribe((call) => tell({ event: 'call', message: String(call) }));
  let running: string | undefined;
  try {
    const { profile } = flags;
    const { given, region: fileRegion } = await read();
    const region = flags.region ?? fileRegion ?? (await regionOf(profile));
    if (region === undefined) throw noRegion();
    const clients = createClients({ region, ...(profile === undefined ? {} : { profile }) });
    const openStore = openStores({ region, ...(profile === undefined ? {} : { profile }) });
    const step: Step = { clients, openStore, tell, signal: stop.signal };
    try {
      const identity = await identify(step);
      return await work({ ...step, identity, region, leaveRunning: (job) => (running = job) }, given);
    } finally {
      clients.close();
    }
  } catch (error) {
    close();
    const status = interrupted.status();
    if (running !== undefined) tell({ event: 'note', message: goesOn(running, flags) });
    if (status !== undefined) return status;
    const failed = tellFailure(error);
    if (flags.json)
      tell({ event: 'done', message: String((error as Error).message), details: { status: 'Error', exit: failed } });
    return failed;
  } finally {
    close();
    interrupted.ignore();
  }
}

/** The same options again, so that it is the same account and region. */
function goesOn(job: string, { region, profile }: LaunchFlags): string {
  const options = [...(region ? [`--region ${region}`] : []), ...(profile ? [`--profile ${profile}`] : [])];
  const command = (name: string) => ['batchline launch', name, job, ...options].join(' ');
  return `job ${job} goes on.\n  to watch it again: ${command('watch')}\n  to stop it:        ${command('stop')}`;
}

export function noRegion(): BatchlineError {
  return new BatchlineError(
    'INVALID_SETTING',
    'no region: expected "region" in the launch file, --region, AWS_REGION, or a profile that has one; received none',
  );
}
