// Fits the flag_combo model on the hand-labelled outlets and writes the model folder.
//   node examples/flag-combo/fit.ts [--outlets FILE] [--labels FILE] [--output DIR]
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { fitPlatt } from '../../src/learning/calibration/platt.ts';
import { writeLinearText } from '../../src/learning/linear-text-folder.ts';
import { analyzer, countOutlets, fitCombo, minDocuments, seeds, sgd, text } from './combo-model.ts';
import { decideOutOfFold, type Figures, labelOutOfFold, measure } from './cross-validate.ts';
import { matchesKeywordRule } from './keyword-rule.ts';
import { readLabelledOutlets } from './labelled-outlets.ts';

const shared = join(import.meta.dirname, '../../../shared/data');
const { values: options } = parseArgs({
  options: {
    outlets: { type: 'string', default: join(shared, 'zomato_bangalore_2022/outlets.jsonl.gz') },
    labels: { type: 'string', default: join(shared, 'reference/flag_combo/zomato_300.tsv') },
    output: { type: 'string', default: join(import.meta.dirname, 'model') },
  },
});

try {
  await fit();
} catch (error) {
  process.stderr.write(`fit: ${(error as Error).message}\n`);
  process.exitCode = 1;
}

async function fit(): Promise<void> {
  const outlets = readLabelledOutlets(options.outlets, options.labels);
  const isCombo = outlets.map((outlet) => outlet.isCombo);
  const sure = outlets.map((outlet) => outlet.sure);
  const counted = countOutlets(outlets);

  const { decisions, alpha } = decideOutOfFold(counted);
  const figures = measure(labelOutOfFold(decisions, isCombo), isCombo, sure);
  const keywordFigures = measure(
    outlets.map(({ menu }) => matchesKeywordRule(menu)),
    isCombo,
    sure,
  );
  print('model, ten folds', figures);
  print('keyword rule', keywordFigures);

  const model = fitCombo(counted, [...outlets.keys()], alpha);
  const kept = model.terms
    .map((term, column) => ({ term, weight: model.coef[column] as number }))
    .filter(({ weight }) => weight !== 0);
  process.stderr.write(`alpha ${alpha}, ${kept.length} of ${model.terms.length} terms kept\n`);
  await writeLinearText(options.output, {
    description: {
      name: 'flag_combo',
      task: 'classification',
      input: {
        id: '$.outlet_id',
        text,
      },
      labels: ['no_combo', 'combo'],
      threshold: 0.5,
      output: ['predicted_label', 'probability'],
      warmup: { outlet_id: 'warm-up', menu: [{ category: 'Combos', name: 'Idli + Vada' }] },
      analyzer,
      vectorizer: { kind: 'vocabulary', values: 'presence' },
      calibration: { method: 'platt', ...fitPlatt(decisions, isCombo) },
      training: {
        data: { outlets_sha256: sha256(options.outlets), labels_sha256: sha256(options.labels), rows: outlets.length },
        code: 'examples/flag-combo/fit.ts',
        parameters: { ...sgd, alpha, seeds, min_df: minDocuments },
        metrics: {
          method: 'ten folds; penalty and calibration chosen without the fold',
          ...figures,
          keyword_rule: keywordFigures,
        },
      },
    },
    terms: kept.map(({ term }) => term),
    coef: [kept.map(({ weight }) => weight)],
    intercept: [model.intercept],
  });
}

function print(name: string, { accuracy, f1, sure_rows_accuracy }: Figures): void {
  process.stderr.write(`${name}: accuracy ${accuracy}, F1 ${f1}, accuracy on sure rows ${sure_rows_accuracy}\n`);
}

function sha256(file: string): string {
  return createHash('sha256').update(readFileSync(file)).digest('hex');
}
