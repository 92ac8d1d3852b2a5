import { availableParallelism } from 'node:os';
import { Command, Option } from 'commander';
import { collected, wholeNumber } from '../values.ts';
import type { TrainFlags } from './flags.ts';

/** `batchline train`: a model from labelled rows. */
export function trainCommand(): Command {
  return withParameters(new Command('train'))
    .description('fit a model: compare variants in folds, in parallel, and fit the best; writes the model folder')
    .option('--output <folder>', 'where the model goes; search.json beside it has the figures of every variant')
    .option('--workers <n>', 'threads that fit', wholeNumber(1, 256), availableParallelism())
    .optionsGroup('For an orchestrator that runs variants as its own tasks:')
    .option('--list-variants', 'print the variants as a JSON array')
    .option(
      '--variant <k>',
      'compare this one alone, counted from 0; its figures go to --results',
      wholeNumber(0, 100_000),
    )
    .option('--results <folder>', 'where variant-K.json goes')
    .option('--select <folder>', 'fit the best of the results in this folder')
    .addHelpText('after', help)
    .action(async (flags: TrainFlags) => {
      process.exitCode = await (await import('./train.ts')).runTrain(flags);
    });
}

/** Options that train and validate share. */
export function withParameters(command: Command): Command {
  return command
    .option('--params <file>', 'the parameter file, YAML or JSON', 'params.yaml')
    .addOption(
      new Option('--set <key=value>', 'a value in place of the file’s, learner.alpha=1e-4; may be repeated')
        .argParser(collected)
        .default([], 'none'),
    )
    .option('--json', 'print the result as one JSON object');
}

const help = `
Nothing of the test rows is seen before \`batchline validate\`: \`split.test\` of the data, or the files of \`data.test\`.
The same data, parameters and seed give the same bytes, with any number of workers.
Exit status: 0 a model was written, 1 training failed, 2 wrong usage, parameters or data.

Examples:
  batchline train --params params.yaml --output model
  batchline train --params params.yaml --output model --set learner.alpha=1e-4 --set search.folds=10
  batchline train --params params.yaml --variant 3 --results results
`;
