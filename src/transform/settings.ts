import { BatchlineError } from '../errors.ts';

/** The API's words; a container spells them MULTI_RECORD and SINGLE_RECORD. */
export type BatchStrategy = 'MultiRecord' | 'SingleRecord';

/** What decides how objects are cut and how many requests are under way. */
export interface BatchSettings {
  readonly maxConcurrentTransforms: number;
  /** In MiB; 0: the whole object in one chunked request. */
  readonly maxPayloadInMB: number;
  readonly batchStrategy: BatchStrategy;
}

export type SettingOrigin = 'job' | 'container' | 'default';

export interface ChosenSettings extends BatchSettings {
  readonly from: Readonly<Record<keyof BatchSettings, SettingOrigin>>;
}

const defaults: BatchSettings = { maxConcurrentTransforms: 1, maxPayloadInMB: 6, batchStrategy: 'MultiRecord' };
const mostMegabytes = 100;

/** AWS's precedence, setting by setting: the job's, the container's answer to /execution-parameters, the default. */
export function chooseSettings(job: Partial<BatchSettings>, container: Partial<BatchSettings>): ChosenSettings {
  const origin = (key: keyof BatchSettings): SettingOrigin =>
    job[key] !== undefined ? 'job' : container[key] !== undefined ? 'container' : 'default';
  return {
    ...defaults,
    ...definedOf(container),
    ...definedOf(job),
    from: {
      maxConcurrentTransforms: origin('maxConcurrentTransforms'),
      maxPayloadInMB: origin('maxPayloadInMB'),
      batchStrategy: origin('batchStrategy'),
    },
  };
}

/**
 * The API's rules for values that are given; a concurrency of 0 is the API's way to leave it out.
 * @throws BatchlineError INVALID_SETTING
 */
export function checkSettings({
  maxConcurrentTransforms: n = 0,
  maxPayloadInMB: mb = 0,
}: Partial<BatchSettings>): void {
  if (mb > mostMegabytes) throw invalid(`MaxPayloadInMB: expected at most ${mostMegabytes}, received ${mb}`);
  if (n * mb <= mostMegabytes) return;
  throw invalid(
    `MaxConcurrentTransforms × MaxPayloadInMB: expected at most ${mostMegabytes}, received ${n} × ${mb} = ${n * mb}`,
  );
}

function definedOf(settings: Partial<BatchSettings>): Partial<BatchSettings> {
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined));
}

function invalid(message: string): BatchlineError {
  return new BatchlineError('INVALID_SETTING', message);
}
