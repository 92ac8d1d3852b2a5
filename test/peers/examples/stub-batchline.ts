// Stands in for `batchline train` and `batchline validate` until they are there: the same options, files and exit
// statuses, over the plainest of learners (log odds of words). Every other command is the real one.
import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { writeLinearText } from '../../../src/learning/linear-text-folder.ts';
import { readParameters } from '../../../src/learning/parameters/read-parameters.ts';
import type { Parameters } from '../../../src/learning/parameters/schema.ts';
import { variantsOf } from '../../../src/learning/search/variants.ts';

type Row = { readonly text: string; readonly positive: boolean };
type Words = ReadonlyMap<string, number>;

const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  strict: false,
  options: {
    params: { type: 'string' },
    output: { type: 'string' },
    variant: { type: 'string' },
    results: { type: 'string' },
    select: { type: 'string' },
    model: { type: 'string' },
    workers: { type: 'string' },
    'list-variants': { type: 'boolean' },
  },
});
const given = flags as Record<string, string | undefined>;
const [command] = positionals;

try {
  if (command === 'train') await train();
  else if (command === 'validate') await validate();
  else await import('../../../src/cli/main.ts');
} catch (error) {
  process.stderr.write(`batchline: ${(error as Error).message}\n`);
  process.exitCode = 1;
}

async function train(): Promise<void> {
  const { parameters } = await readParameters(given['params'] as string);
  const variants = variantsOf(parameters);
  if (flags['list-variants']) {
    process.stdout.write(`${JSON.stringify(variants)}\n`);
    return;
  }
  const { train: rows } = await readRows(parameters);
  const scored = variants.map((variant) => {
    const words = fit(rows, Number(variant.values['learner.alpha']) * 1e3);
    return { ...variant, scoring: 'f1', score: figuresOf(words, rows).f1, words };
  });
  const results = scored.map(({ words: _, ...result }) => result);
  if (given['variant'] !== undefined) {
    const result = results[Number(given['variant'])];
    if (!result) throw new Error(`--variant: expected 0 to ${variants.length - 1}, received ${given['variant']}`);
    await writeJson(join(given['results'] as string, `variant-${result.index}.json`), result);
    return;
  }
  const output = given['output'] as string;
  const choice = given['select'] === undefined ? results : await readResults(given['select']);
  const best = choice.toSorted((a, b) => b.score - a.score)[0];
  if (!best) throw new Error(`${given['select']}: expected the result of at least one variant, received none`);
  const words = (scored[best.index] as (typeof scored)[number]).words;
  if (given['select'] === undefined) await writeJson(join(dirname(output), 'search.json'), { variants: results });
  await writeLinearText(output, {
    description: {
      name: parameters.name,
      task: parameters.task,
      input: parameters.input,
      labels: parameters.data.labels as string[],
      output: parameters.output ?? ['predicted_label'],
      vectorizer: { kind: 'vocabulary', values: 'presence' },
      calibration: { method: 'platt', a: -1, b: 0 },
      training: { variant: best },
    },
    terms: [...words.keys()],
    coef: [[...words.values()]],
    intercept: [0],
  });
}

async function validate(): Promise<void> {
  const { parameters } = await readParameters(given['params'] as string);
  const { train: rows, test } = await readRows(parameters);
  const { f1, accuracy, pairs } = figuresOf(fit(rows, 1), test);
  const output = given['output'] as string;
  const labels = parameters.data.labels as string[];
  await readFile(join(given['model'] as string, 'model.json'));
  const name = (positive: boolean) => labels[positive ? 1 : 0];
  await writeJson(join(output, 'metrics.json'), { accuracy, f1 });
  const confusion = pairs.map(([actual, predicted]) => ({ actual: name(actual), predicted: name(predicted) }));
  await writeJson(join(output, 'confusion.json'), confusion);
  const curve = [0, 0.5, 1];
  await writeJson(
    join(output, 'roc.json'),
    curve.map((at) => ({ fpr: at, tpr: at, threshold: 1 - at })),
  );
  await writeJson(
    join(output, 'pr.json'),
    curve.map((at) => ({ recall: at, precision: 1 - at, threshold: at })),
  );
  await writeJson(
    join(output, 'calibration.json'),
    curve.map((at) => ({ prob_pred: at, prob_true: at, count: 1 })),
  );
  await writeFile(join(output, 'roc.svg'), '<svg xmlns="http://www.w3.org/2000/svg"/>\n');
  await writeFile(join(output, 'model-card.md'), `# ${parameters.name}\n`);
  const least = Number(parameters.gates['min_f1'] ?? 0);
  if (f1 < least) throw new Error(`gate min_f1: expected an F1 of at least ${least}, received ${f1}`);
}

async function readRows({ data, input, split }: Parameters): Promise<{ train: Row[]; test: Row[] }> {
  const read = async (files: readonly string[]) => (await Promise.all(files.map(rowsOf))).flat();
  const rowsOf = async (file: string): Promise<Row[]> => {
    const lines = (await readFile(file, 'utf8')).trimEnd().split('\n');
    const names = data.format === 'tsv' ? (lines.shift() as string).split('\t') : [];
    return lines.map((line) => {
      const cells = line.split('\t');
      const record = names[0] ? Object.fromEntries(names.map((name, at) => [name, cells[at]])) : JSON.parse(line);
      const texts = input.text.flatMap(({ path }) => valuesAt(record, path.replace('$.', '').split('.')));
      const label = valuesAt(record, [(data.label as string).replace('$.', '')])[0];
      return { text: texts.join(' | '), positive: label === data.labels?.[1] };
    });
  };
  const train = await read(data.train);
  if (data.test) return { train, test: await read(data.test) };
  const every = Math.round(1 / split.test);
  return { train: train.filter((_, at) => at % every > 0), test: train.filter((_, at) => at % every === 0) };
}

function valuesAt(value: unknown, [step, ...rest]: readonly string[]): string[] {
  if (step === undefined) return [String(value)];
  const inside = (value as Record<string, unknown>)[step.replace('[*]', '')];
  return (Array.isArray(inside) ? inside : [inside]).flatMap((item) => valuesAt(item, rest));
}

function fit(rows: readonly Row[], smoothing: number): Words {
  const counts = new Map<string, [number, number]>();
  for (const { text, positive } of rows) {
    for (const word of wordsOf(text)) {
      const count = counts.get(word) ?? counts.set(word, [0, 0]).get(word);
      if (count) count[positive ? 1 : 0]++;
    }
  }
  const weight = ([bad, good]: readonly [number, number]) => Math.log((good + smoothing) / (bad + smoothing)) / 4;
  return new Map([...counts].sort().map(([word, count]) => [word, weight(count)]));
}

function figuresOf(words: Words, rows: readonly Row[]) {
  const predict = ({ text }: Row) => wordsOf(text).reduce((sum, word) => sum + (words.get(word) ?? 0), 0) > 0;
  const pairs = rows.map((row) => [row.positive, predict(row)] as const);
  const right = pairs.filter(([actual, predicted]) => actual === predicted).length;
  const hits = pairs.filter(([actual, predicted]) => actual && predicted).length;
  return { pairs, accuracy: right / rows.length, f1: (2 * hits) / (2 * hits + rows.length - right) };
}

function wordsOf(text: string): string[] {
  return [...new Set(text.toLowerCase().match(/[\p{L}\p{N}_]{2,}/gu) ?? [])];
}

async function readResults(folder: string): Promise<{ index: number; score: number }[]> {
  const names = await readdir(folder);
  return Promise.all(names.map(async (name) => JSON.parse(await readFile(join(folder, name), 'utf8'))));
}

async function writeJson(file: string, value: unknown): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(`${file}.part`, `${JSON.stringify(value, null, 2)}\n`);
  await rename(`${file}.part`, file);
}
