import { BatchlineError } from '../../errors.ts';

/** What tuning chooses. */
export interface TunedSettings {
  /** MiB. */
  readonly maxPayloadInMB: number;
  readonly maxConcurrentTransforms: number;
  /** Worker threads of batchline's own server; undefined for other containers, which are not ours to set. */
  readonly workers?: number;
}

/** What a run of the sample with some settings showed. */
export interface Measurement {
  readonly seconds: number;
  readonly megabytesPerSecond: number;
  /** Requests or objects that failed; settings under which anything does are out. */
  readonly failures: number;
  readonly peakMemoryBytes?: number | undefined;
}

export interface Trial {
  readonly settings: TunedSettings;
  /** Of each round it was in; the first is the smallest sample. */
  readonly rounds: readonly Measurement[];
}

export interface TuneOptions {
  readonly candidates: readonly TunedSettings[];
  /** Runs the sample, or of it the given share; 1 is all of it. */
  readonly measure: (settings: TunedSettings, share: number) => Promise<Measurement>;
  /** Settings that need more are out; by default none. */
  readonly maxMemoryBytes?: number;
  /** Told after each measurement. */
  readonly onTrial?: (settings: TunedSettings, measurement: Measurement, share: number) => void;
}

export interface Tuned {
  readonly best: Trial;
  /** Best first: by the round they came to, and by their speed there. */
  readonly trials: readonly Trial[];
}

/** How many of the candidates each round keeps, and how much more of the sample it runs. */
const reduction = 3;
/** Closer than this is noise: then the settings that need less are better. */
const noise = 0.03;

/**
 * Finds the fastest of the candidates by successive halving: all of them on a small part of the sample, the best third
 * on three times as much, until few are left for the whole of it. So most of the time goes into those that matter.
 * @throws BatchlineError JOB_FAILED if nothing worked
 */
export async function tune(options: TuneOptions): Promise<Tuned> {
  let trials: Trial[] = options.candidates.map((settings) => ({ settings, rounds: [] }));
  const out: Trial[] = [];
  const rounds = Math.max(1, Math.ceil(Math.log(trials.length) / Math.log(reduction)));
  for (let round = 1; round <= rounds; round++) {
    const share = reduction ** (round - rounds);
    const measured: Trial[] = [];
    for (const trial of trials) measured.push(await runTrial(trial, share, options));
    const working = ranked(measured.filter((trial) => works(trial, options)));
    const kept = round === rounds ? working.length : Math.ceil(working.length / reduction);
    trials = working.slice(0, kept);
    out.unshift(...working.slice(kept), ...measured.filter((trial) => !working.includes(trial)));
    if (trials.length === 0) break;
  }
  const [best] = trials;
  if (best === undefined) throw nothingWorked(out);
  return { best, trials: [...trials, ...out] };
}

async function runTrial({ settings, rounds }: Trial, share: number, { measure, onTrial }: TuneOptions): Promise<Trial> {
  const measurement = await measure(settings, share);
  onTrial?.(settings, measurement, share);
  return { settings, rounds: [...rounds, measurement] };
}

/** Of the last round. */
export function lastOf({ rounds }: Trial): Measurement {
  return rounds.at(-1) as Measurement;
}

function works(trial: Trial, { maxMemoryBytes = Infinity }: TuneOptions): boolean {
  const { failures, peakMemoryBytes = 0 } = lastOf(trial);
  return failures === 0 && peakMemoryBytes <= maxMemoryBytes;
}

/** Faster first; those as fast as the fastest, but for noise, in the order of what they have under way at once. */
function ranked(trials: readonly Trial[]): Trial[] {
  const sorted = trials.toSorted((a, b) => lastOf(b).megabytesPerSecond - lastOf(a).megabytesPerSecond);
  const fastest = sorted[0] ? lastOf(sorted[0]).megabytesPerSecond : 0;
  const alike = sorted.filter((trial) => lastOf(trial).megabytesPerSecond >= fastest * (1 - noise));
  alike.sort((a, b) => underWay(a) - underWay(b) || (a.settings.workers ?? 0) - (b.settings.workers ?? 0));
  return [...alike, ...sorted.slice(alike.length)];
}

function underWay({ settings }: Trial): number {
  return settings.maxPayloadInMB * settings.maxConcurrentTransforms;
}

function nothingWorked(trials: readonly Trial[]): BatchlineError {
  const failed = trials.filter((trial) => trial.rounds.length > 0 && lastOf(trial).failures > 0).length;
  const why = failed > 0 ? `requests failed under ${failed} of them` : 'they need too much memory';
  return new BatchlineError('JOB_FAILED', `none of ${trials.length} settings scored the sample: ${why}`);
}
