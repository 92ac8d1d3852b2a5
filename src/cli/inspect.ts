import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Command, Option } from 'commander';
import { BatchlineError, messageOf } from '../errors.ts';
import type { CreateTransformJobRequest } from '../sagemaker-api/create-transform-job.ts';
import { parseCreateTransformJob } from '../sagemaker-api/parse-create-transform-job.ts';
import { fileUri, isUri, openStores } from '../storage/open-store.ts';
import { defaultAssumptions } from '../transform/assumptions.ts';
import type { InputFacts, InspectSettings } from '../transform/inspect/facts.ts';
import { type InspectOptions, inspectInput } from '../transform/inspect/inspect-input.ts';
import { inspectionText } from '../transform/inspect/inspection-text.ts';
import { problemsOf } from '../transform/inspect/problems.ts';
import type { InputObject } from '../transform/job.ts';
import { selectObjects } from '../transform/select/select-objects.ts';
import { tellFailure } from './failure.ts';
import { listenForInterrupts } from './interrupts.ts';
import { showProgress } from './progress.ts';
import { readJsonFile } from './read-json-file.ts';
import { wholeNumber } from './values.ts';

/** `batchline inspect INPUT`: what a job would trip over, before money is spent. */
export function inspectCommand(): Command {
  return new Command('inspect')
    .description('read input, or a model folder, and say what a job would trip over, before money is spent')
    .argument(
      '[input]',
      'a file, a folder, s3://bucket/prefix, file:///path, or a model folder (default: the input of --job)',
    )
    .option(
      '--job <file>',
      'a CreateTransformJob request as JSON: its input and settings; the options below override it',
    )
    .option('--content-type <type>', 'of the objects (default: by extension, else application/json)')
    .addOption(
      new Option('--split-type <type>', 'what a record is (default: Line; with --job what it says, else None)').choices(
        ['Line', 'None', 'RecordIO', 'TFRecord'],
      ),
    )
    .addOption(
      new Option(
        '--batch-strategy <strategy>',
        'as many records in a request as fit, or one (default: MultiRecord)',
      ).choices(['MultiRecord', 'SingleRecord']),
    )
    .option(
      '--max-payload-in-mb <MiB>',
      'largest request body, 0 to 100 MiB; 0 for any size (default: 6)',
      wholeNumber(0, 100),
    )
    .option('--instance-count <n>', 'instances that share the objects (default: 1)', wholeNumber(1, 100))
    .addOption(new Option('--compression-type <type>', 'of the objects (default: None)').choices(['None', 'Gzip']))
    .option('--max-problems <n>', 'places to show of each problem', wholeNumber(1, 1000), 3)
    .option('--json', 'print the result as one JSON object')
    .addHelpText('after', help)
    .action(async (input: string | undefined, flags: Flags) => {
      process.exitCode = await inspect(input, flags).catch(tellFailure);
    });
}

const help = `
All of the input is read: every record is checked, wherever it is. Nothing of a record is shown but its place.
Exit status: 0 nothing that would fail the job, 1 a problem that would (or a model that cannot be served), 2 wrong usage.

Examples:
  batchline inspect outlets.jsonl
  batchline inspect s3://bucket/rows/ --content-type text/csv --instance-count 4 --max-payload-in-mb 20
  batchline inspect --job job.json
  batchline inspect examples/flag-combo/model
`;

interface Flags extends Partial<Omit<InspectSettings, 'maxPayloadInMB'>> {
  readonly job?: string;
  readonly maxPayloadInMb?: number;
  readonly maxProblems: number;
  readonly json?: boolean;
}

/** Small inputs are done before anybody wonders. */
const progressAfterMs = 2000;

async function inspect(input: string | undefined, flags: Flags): Promise<number> {
  if (input === undefined && flags.job === undefined) {
    throw new BatchlineError('INVALID_SETTING', 'expected an input, or a --job that names it, received neither');
  }
  const { inspectModel, isModelFolder, modelText } = await import('./inspect-model.ts');
  if (input !== undefined && isModelFolder(input)) {
    const model = await inspectModel(input);
    process.stdout.write(flags.json ? `${JSON.stringify(model, undefined, 2)}\n` : modelText(model));
    return 0;
  }
  const request = flags.job === undefined ? undefined : await requestOf(flags.job, input);
  const settings = settingsOf(flags, request);
  const stop = new AbortController();
  const interrupted = listenForInterrupts(stop);
  try {
    const found = request ? await objectsOf(request, stop.signal) : await findObjects(input as string, stop.signal);
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

async function requestOf(job: string, input: string | undefined): Promise<CreateTransformJobRequest> {
  const request = parseCreateTransformJob(await readJsonFile('--job', job), { allowFiles: true, unknown: 'refuse' });
  if (input === undefined) return request;
  const { DataSource, ...rest } = request.TransformInput;
  const S3DataSource = { ...DataSource.S3DataSource, S3Uri: input };
  return { ...request, TransformInput: { ...rest, DataSource: { S3DataSource } } };
}

function settingsOf(flags: Flags, request: CreateTransformJobRequest | undefined): InspectSettings {
  const { TransformInput: input, BatchStrategy, MaxPayloadInMB, TransformResources } = request ?? {};
  return {
    splitType: flags.splitType ?? (request ? (input?.SplitType ?? 'None') : 'Line'),
    batchStrategy: flags.batchStrategy ?? BatchStrategy ?? 'MultiRecord',
    maxPayloadInMB: flags.maxPayloadInMb ?? MaxPayloadInMB ?? 6,
    instanceCount: flags.instanceCount ?? TransformResources?.InstanceCount ?? 1,
    compressionType: flags.compressionType ?? input?.CompressionType ?? 'None',
    contentType: flags.contentType ?? input?.ContentType,
  };
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

/** What the job would score, found as the job finds it. */
async function objectsOf(request: CreateTransformJobRequest, signal: AbortSignal): Promise<FoundObjects> {
  const inputs = await selectObjects({ request, assumptions: defaultAssumptions, openStore: openStores() }, signal);
  const names = new Map(inputs.map(({ object, name }) => [object.key, name]));
  const [{ store }] = inputs as [InputObject];
  return { store, objects: inputs.map(({ object }) => object), nameOf: (key) => names.get(key) ?? key };
}

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
