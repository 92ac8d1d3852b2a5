import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import { BatchlineError, messageOf } from '../errors.ts';
import { fileUri, isUri, openStores } from '../storage/open-store.ts';
import type { InputFacts, InspectSettings } from '../transform/inspect/facts.ts';
import { type InspectOptions, inspectInput } from '../transform/inspect/inspect-input.ts';
import { inspectionText } from '../transform/inspect/inspection-text.ts';
import { problemsOf } from '../transform/inspect/problems.ts';
import { listenForInterrupts } from './interrupts.ts';
import { showProgress } from './progress.ts';

/** `batchline inspect INPUT`: what a job would trip over, before money is spent. */
export function inspectCommand(): Command {
  return new Command('inspect')
    .description('read input, or a model folder, and say what a job would trip over, before money is spent')
    .argument('<input>', 'a file, a folder, s3://bucket/prefix, file:///path, or a model folder')
    .option('--content-type <type>', 'of the objects (default: by extension, else application/json)')
    .addOption(
      new Option('--split-type <type>', 'what a record is')
        .choices(['Line', 'None', 'RecordIO', 'TFRecord'])
        .default('Line'),
    )
    .addOption(
      new Option('--batch-strategy <strategy>', 'as many records in a request as fit, or one')
        .choices(['MultiRecord', 'SingleRecord'])
        .default('MultiRecord'),
    )
    .option('--max-payload-in-mb <MiB>', 'largest request body, 0 to 100 MiB; 0 for any size', wholeNumber(0, 100), 6)
    .option('--instance-count <n>', 'instances that share the objects', wholeNumber(1, 10_000), 1)
    .addOption(new Option('--compression-type <type>', 'of the objects').choices(['None', 'Gzip']).default('None'))
    .option('--max-problems <n>', 'places to show of each problem', wholeNumber(1, 1000), 3)
    .option('--json', 'print the result as one JSON object')
    .addHelpText('after', help)
    .action(async (input: string, flags: Flags) => {
      process.exitCode = await inspect(input, flags).catch(report);
    });
}

const help = `
All of the input is read: every record is checked, wherever it is. Nothing of a record is shown but its place.
Exit status: 0 nothing that would fail the job, 1 a problem that would (or a model that cannot be served), 2 wrong usage.

Examples:
  batchline inspect outlets.jsonl
  batchline inspect s3://bucket/rows/ --content-type text/csv --instance-count 4 --max-payload-in-mb 20
  batchline inspect examples/flag-combo/model
`;

interface Flags extends Omit<InspectSettings, 'contentType' | 'maxPayloadInMB'> {
  readonly contentType?: string;
  readonly maxPayloadInMb: number;
  readonly maxProblems: number;
  readonly json?: boolean;
}

/** Small inputs are done before anybody wonders. */
const progressAfterMs = 2000;

async function inspect(input: string, flags: Flags): Promise<number> {
  const { inspectModel, isModelFolder, modelText } = await import('./inspect-model.ts');
  if (isModelFolder(input)) {
    const model = await inspectModel(input);
    process.stdout.write(flags.json ? `${JSON.stringify(model, undefined, 2)}\n` : modelText(model));
    return 0;
  }
  const { splitType, batchStrategy, maxPayloadInMb, instanceCount, compressionType, contentType } = flags;
  const settings = {
    ...{ splitType, batchStrategy, instanceCount, compressionType, contentType },
    maxPayloadInMB: maxPayloadInMb,
  };
  const stop = new AbortController();
  const interrupted = listenForInterrupts(stop);
  try {
    const found = await findObjects(input, stop.signal);
    const facts = await read({ ...found, settings, mostPlaces: flags.maxProblems, signal: stop.signal });
    const problems = problemsOf(facts);
    const { found: _, ...shown } = facts;
    process.stdout.write(
      flags.json
        ? `${JSON.stringify({ input, settings, ...shown, problems }, undefined, 2)}\n`
        : inspectionText(facts, problems, settings),
    );
    return problems.some(({ severity }) => severity === 'failure') ? 1 : 0;
  } catch (error) {
    const status = interrupted.status();
    if (status === undefined) throw error;
    return status;
  } finally {
    interrupted.ignore();
  }
}

async function read(options: Omit<InspectOptions, 'counters'>): Promise<InputFacts> {
  const { objects } = options;
  const counters = { objects: 0, bytes: 0 };
  const totalBytes = objects.reduce((sum, { bytes }) => sum + bytes, 0);
  let hide = (): void => undefined;
  const timer = setTimeout(() => {
    hide = showProgress({ stream: process.stderr, totalObjects: objects.length, totalBytes, view: () => counters });
  }, progressAfterMs);
  try {
    return await inspectInput({ ...options, counters });
  } finally {
    clearTimeout(timer);
    hide();
  }
}

type FoundObjects = Pick<InspectOptions, 'store' | 'objects' | 'nameOf'>;

/** One file, all files below a folder, or all objects that begin with a prefix; files are named as the input was. */
async function findObjects(input: string, signal: AbortSignal): Promise<FoundObjects> {
  const openStore = openStores();
  if (isUri(input)) {
    const { store, key } = openStore(input);
    return { store, objects: await Array.fromAsync(store.list(key, signal)), nameOf: (name) => name };
  }
  const found = await stat(input).catch((error) => {
    const why = `expected a file, a folder or a URI, received ${input} (${messageOf(error)})`;
    throw new BatchlineError('INVALID_INPUT', why);
  });
  if (!found.isDirectory()) {
    const { store, key } = openStore(fileUri(input));
    const object = await store.head(key, signal);
    return { store, objects: object ? [object] : [], nameOf: () => input };
  }
  const { store, key } = openStore(fileUri(`${input}/`));
  const nameOf = (name: string): string => join(input, name.slice(key.length));
  return { store, objects: await Array.fromAsync(store.list(key, signal)), nameOf };
}

function report(error: unknown): number {
  if (!(error instanceof BatchlineError)) throw error;
  process.stderr.write(`batchline: ${error.message}\n`);
  return error.code === 'INVALID_SETTING' || error.code === 'INVALID_INPUT' ? 2 : 1;
}

function wholeNumber(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= min && value <= max) return value;
    throw new InvalidArgumentError(`Expected a whole number from ${min} to ${max}.`);
  };
}
