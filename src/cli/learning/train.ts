import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { BatchlineError } from '../../errors.ts';
import { duplicatesText, findDuplicates } from '../../learning/data/duplicates.ts';
import { type ReadParameters, readParameters } from '../../learning/parameters/read-parameters.ts';
import { bestOf, readResults, type VariantResult } from '../../learning/search/variant-result.ts';
import { type Variant, variantsOf, withVariant } from '../../learning/search/variants.ts';
import type { FittedModel } from '../../learning/train/fit-model.ts';
import { profileModel } from '../../learning/train/profile-model.ts';
import { fingerprintOf } from '../../learning/train/search.ts';
import {
  openTraining,
  scoreVariants,
  type Training,
  type TrainOptions,
  trainModel,
  trainVariant,
} from '../../learning/train/train-model.ts';
import { writeModel } from '../../learning/train/write-model.ts';
import { openStores } from '../../storage/open-store.ts';
import { note, tellFailure } from '../failure.ts';
import { listenForInterrupts } from '../interrupts.ts';
import { gitCommit, ownVersion } from '../versions.ts';
import type { TrainFlags } from './flags.ts';
import { showStage } from './stage.ts';
import { trainingText } from './training-text.ts';

/** @returns the exit status */
export async function runTrain(flags: TrainFlags): Promise<number> {
  const stop = new AbortController();
  const interrupted = listenForInterrupts(stop);
  try {
    const read = await readParameters(flags.params, flags.set);
    const variants = variantsOf(read.parameters);
    if (flags.listVariants) return printed(`${JSON.stringify(variants)}\n`);
    if (flags.variant !== undefined)
      return await runVariant(variantAt(variants, flags.variant), { flags, read, signal: stop.signal });
    return await runAll(variants, { flags, read, signal: stop.signal });
  } catch (error) {
    return interrupted.status() ?? tellFailure(error);
  } finally {
    interrupted.ignore();
  }
}

interface Run {
  readonly flags: TrainFlags;
  readonly read: ReadParameters;
  readonly signal: AbortSignal;
}

/** Every variant, or those that other processes have compared. */
async function runAll(variants: readonly Variant[], run: Run): Promise<number> {
  const { flags } = run;
  const output = required('--output', flags.output);
  return await withTraining(variants, run, async (training, options) => {
    if (flags.select !== undefined) {
      const results = await readResults(flags.select, fingerprintOf(run.read.parameters, training.data));
      const best = bestOf(results);
      const model = await trainVariant(training, options, variantAt(variants, best.index));
      return await finish({ best, all: results, model }, { training, run, output });
    }
    const { best, all, model } = await trainModel(training, options);
    return await finish({ best: best.result, all: all.map(({ result }) => result), model }, { training, run, output });
  });
}

/** One variant: its figures, and with --output its model. */
async function runVariant(variant: Variant, run: Run): Promise<number> {
  const { flags } = run;
  const results = required('--results', flags.results);
  return await withTraining([variant], run, async (training, options) => {
    const [scored] = await scoreVariants(training, options, [variant]);
    if (!scored) throw new TypeError('a variant that was scored has a score');
    await mkdir(results, { recursive: true });
    await writeFile(join(results, `variant-${variant.index}.json`), json(scored.result));
    if (flags.output !== undefined) {
      const model = await trainVariant(training, options, variant);
      await write(model, { training, run, output: flags.output, best: scored.result });
    }
    process.stderr.write(trainingText({ best: scored.result, all: [scored.result] }));
    return flags.json ? printed(json(scored.result)) : 0;
  });
}

async function withTraining(
  variants: readonly Variant[],
  { flags, read, signal }: Run,
  work: (training: Training, options: TrainOptions) => Promise<number>,
): Promise<number> {
  const stage = showStage(process.stderr);
  const options: TrainOptions = {
    read,
    workers: flags.workers,
    openStore: openStores(),
    signal,
    onRows: (rows) => stage.show(`reading: ${rows} rows`),
    onProgress: ({ foldsDone, folds }) => stage.show(`fitting: ${foldsDone} of ${folds} folds`),
  };
  const training = await openTraining(options, variants).finally(stage.close);
  const duplicates = duplicatesText(findDuplicates(training.data.hashes, training.split));
  if (duplicates) note(duplicates);
  try {
    return await work(training, options);
  } finally {
    stage.close();
    await training.close();
  }
}

interface Finished {
  readonly best: VariantResult;
  readonly all: readonly VariantResult[];
  readonly model: FittedModel;
}

interface Place {
  readonly training: Training;
  readonly run: Run;
  readonly output: string;
}

async function finish({ best, all, model }: Finished, place: Place): Promise<number> {
  await write(model, { ...place, best });
  // Without times: the same training gives the same bytes.
  const variants = all.map(({ seconds: _, ...result }) => result);
  const search = { scoring: best.scoring, best: best.index, variants };
  await writeFile(join(dirname(resolve(place.output)), 'search.json'), json(search));
  process.stderr.write(trainingText({ best, all, output: place.output }));
  return place.run.flags.json ? printed(json({ model: place.output, ...search })) : 0;
}

async function write(
  model: FittedModel,
  { training, run, output, best }: Place & { best: VariantResult },
): Promise<void> {
  const { read } = run;
  const { data, split } = training;
  const variant = { index: best.index, values: best.values };
  const parameters = read.check(withVariant(read.members, variant));
  const { rows, sha256, files } = data.summary;
  await writeModel(output, parameters, model, {
    classes: data.classes,
    training: {
      data: { sha256, rows, files: files.length, trained_on: split.train.length, held_back: split.test.length },
      code: { batchline: await ownVersion(), git: await gitCommit() },
      parameters: {
        learner: parameters.learner,
        search: parameters.search,
        seed: parameters.seed,
        chosen: best.values,
      },
      metrics: { method: `out of fold on ${best.rows} training rows`, ...best.figures },
    },
  });
  await profileModel(output, parameters, { openStore: openStores(), signal: run.signal });
}

function variantAt(variants: readonly Variant[], index: number): Variant {
  const variant = variants[index];
  if (variant) return variant;
  throw new BatchlineError('INVALID_SETTING', `--variant: expected 0 to ${variants.length - 1}, received ${index}`);
}

function required(option: string, value: string | undefined): string {
  if (value !== undefined) return value;
  throw new BatchlineError('INVALID_SETTING', `${option}: expected a folder, received none`);
}

function json(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}

function printed(text: string): number {
  process.stdout.write(text);
  return 0;
}
