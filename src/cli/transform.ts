import { stat } from 'node:fs/promises';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Command, InvalidArgumentError, Option } from 'commander';
import { BatchlineError, messageOf } from '../errors.ts';
import { fetchExecutionParameters } from '../transform/containers/execution-parameters.ts';
import { fetchPeakMemory } from '../transform/containers/peak-memory.ts';
import { waitUntilReady } from '../transform/containers/ready.ts';
import { ServerProcess } from '../transform/containers/server-process.ts';
import { newCounters, type TransformJob } from '../transform/job.ts';
import { makePlan, planText } from '../transform/plan.ts';
import { firstLines } from '../transform/preview.ts';
import { runJob } from '../transform/run-job.ts';
import { type InputObject, selectObjects } from '../transform/select-objects.ts';
import { type BatchSettings, type BatchStrategy, checkSettings, chooseSettings } from '../transform/settings.ts';
import { type JobSummary, summarise, summaryText } from '../transform/summary.ts';
import { listenForInterrupts } from './interrupts.ts';
import { showProgress } from './progress.ts';

const byExtension = 'by extension: .csv text/csv, .jsonl and .ndjson application/jsonlines, else application/json';
const asked = (otherwise: string) => `(default: what the container asks for, else ${otherwise})`;

/** `batchline transform`: a batch-transform job on this machine, by a server of its own or any container that runs. */
export function transformCommand(): Command {
  const payload = `largest request body, 0 to 100 MiB; 0 sends each file as one stream ${asked('6')}`;
  const concurrency = `requests under way; times the payload at most 100 MiB ${asked('1')}`;
  const strategy = `as many records in a request as fit, or one ${asked('MultiRecord')}`;
  const retries = 'tries again after a broken connection, a timeout or a 5xx, 0 to 3';
  return new Command('transform')
    .description('run a batch-transform job on this machine: files of records in, a .out of predictions for each')
    .requiredOption('--input <path>', 'what to score: a file, or a folder for every file below it')
    .requiredOption('--output <folder>', 'where the .out files go; made if missing')
    .option('--model <folder>', 'model folder; a server is started for it on a free port')
    .option('--url <url>', 'instead of --model: a container that runs, http://host:port', httpUrl)
    .option('--content-type <type>', `of the requests (default: ${byExtension})`)
    .option('--accept <type>', 'response type to ask for (default: none)')
    .addOption(
      new Option('--split-type <type>', 'what a record is: a line, or the whole file')
        .choices(['Line', 'None'])
        .default('Line'),
    )
    .addOption(new Option('--batch-strategy <strategy>', strategy).choices(['MultiRecord', 'SingleRecord']))
    .option('--max-payload-in-mb <MiB>', payload, wholeNumber(0, 100))
    .option('--max-concurrent-transforms <n>', concurrency, wholeNumber(0, 10_000))
    .option('--timeout-seconds <s>', 'for one attempt at a request, 1 to 3600 s', wholeNumber(1, 3600), 600)
    .option('--max-retries <n>', retries, wholeNumber(0, 3), 3)
    .option('--workers <n>', 'worker threads of the started server (default: one a core)', wholeNumber(1, 256))
    .option('--preview <n>', 'print the first n output lines at the end', wholeNumber(0, 1_000_000), 0)
    .option('--json', 'print the result as one JSON object')
    .option('--dry-run', 'print the plan; start and score nothing')
    .addHelpText('after', help)
    .action(async (flags: Flags) => {
      process.exitCode = await transform(flags).catch(report);
    });
}

const help = `
Line n of an output answers line n of its input. An output appears only when it is whole; a file that fails has none,
and the others go on. An empty file gives an empty output without a request.
Exit status: 0 all files scored, 1 a file or the server failed, 2 wrong usage, 130 stopped by Ctrl-C.

Examples:
  batchline transform --input outlets.jsonl --output scored --model examples/flag-combo/model --preview 3
  batchline transform --input rows/ --output scored --url http://127.0.0.1:8080 --max-payload-in-mb 20
`;

interface Flags {
  readonly input: string;
  readonly output: string;
  readonly model?: string;
  readonly url?: URL;
  readonly contentType?: string;
  readonly accept?: string;
  readonly splitType: TransformJob['splitType'];
  readonly batchStrategy?: BatchStrategy;
  readonly maxPayloadInMb?: number;
  readonly maxConcurrentTransforms?: number;
  readonly timeoutSeconds: number;
  readonly maxRetries: number;
  readonly workers?: number;
  readonly preview: number;
  readonly json?: boolean;
  readonly dryRun?: boolean;
}

const readyDeadlineMs = 60_000;
/** After Ctrl-C nobody waits for a reply, so the server has nothing worth finishing. */
const interruptedGraceMs = 3000;

async function transform(flags: Flags): Promise<number> {
  await checkUsage(flags);
  const objects = await selectObjects(flags.input, flags.output);
  if (objects.length === 0) throw new BatchlineError('JOB_FAILED', `no objects found under ${flags.input}`);
  if (flags.dryRun) return await printPlan(objects, flags);

  const stop = new AbortController();
  const interrupted = listenForInterrupts(stop);
  const server = flags.model === undefined ? undefined : startServer(flags.model, flags);
  void server?.died.then((why) => stop.abort(why));
  try {
    const url = flags.url ?? (await (server as ServerProcess).address(stop.signal, readyDeadlineMs));
    await waitUntilReady(url, { signal: stop.signal, deadlineMs: readyDeadlineMs, onWaiting: noteWaiting(url) });
    const summary = await score(objects, url, { flags, signal: stop.signal });
    await print(summary, flags);
    return interrupted.status() ?? (summary.status === 'Completed' ? 0 : 1);
  } catch (error) {
    const status = interrupted.status();
    if (status === undefined) throw error;
    return status;
  } finally {
    await server?.stop(stop.signal.aborted ? interruptedGraceMs : undefined);
    interrupted.ignore();
  }
}

async function score(
  objects: readonly InputObject[],
  url: URL,
  { flags, signal }: { flags: Flags; signal: AbortSignal },
): Promise<JobSummary> {
  const settings = chooseSettings(settingsOf(flags), await fetchExecutionParameters(url, { signal, onNote: note }));
  const job: TransformJob = {
    objects,
    url,
    settings,
    splitType: flags.splitType,
    contentType: flags.contentType,
    accept: flags.accept,
    timeoutMs: flags.timeoutSeconds * 1000,
    retries: { maxRetries: flags.maxRetries, firstPauseMs: 500, maxPauseMs: 10_000 },
  };
  const counters = newCounters();
  const totalBytes = objects.reduce((sum, { bytes }) => sum + bytes, 0);
  const view = { stream: process.stderr, totalObjects: objects.length, totalBytes, view: () => counters };
  const hideProgress = showProgress(view);
  try {
    const result = await runJob(job, { counters, signal });
    return summarise({ result, settings, peakMemory: await fetchPeakMemory(url, signal) });
  } finally {
    hideProgress();
  }
}

function startServer(modelDir: string, flags: Flags): ServerProcess {
  const { maxPayloadInMb, batchStrategy, maxConcurrentTransforms, workers } = flags;
  const set = (name: string, value: unknown) => (value ? { [name]: String(value) } : {});
  return new ServerProcess({
    cli: fileURLToPath(new URL(`./main${extname(import.meta.url)}`, import.meta.url)),
    modelDir,
    environment: {
      ...set('SAGEMAKER_MAX_PAYLOAD_IN_MB', maxPayloadInMb?.toString()),
      ...set('SAGEMAKER_BATCH_STRATEGY', batchStrategy && containerSpelling[batchStrategy]),
      ...set('SAGEMAKER_MAX_CONCURRENT_TRANSFORMS', maxConcurrentTransforms), // 0 is the API's "unset"
      ...set('BATCHLINE_WORKERS', workers),
    },
  });
}

const containerSpelling = { MultiRecord: 'MULTI_RECORD', SingleRecord: 'SINGLE_RECORD' } as const;

async function printPlan(objects: readonly InputObject[], flags: Flags): Promise<number> {
  const { url, model, contentType, splitType, timeoutSeconds, maxRetries } = flags;
  const { signal } = new AbortController();
  const container = url ? await fetchExecutionParameters(url, { signal, onNote: note }) : {};
  const plan = makePlan(objects, {
    container: url ? { url: url.href } : { model: model as string },
    contentType,
    splitType,
    settings: chooseSettings(settingsOf(flags), container),
    timeoutSeconds,
    maxRetries,
  });
  process.stdout.write(flags.json ? `${JSON.stringify(plan, undefined, 2)}\n` : planText(plan));
  return 0;
}

async function print(summary: JobSummary, flags: Flags): Promise<void> {
  const outputs = summary.objects.flatMap(({ output }) => output ?? []);
  const preview = await firstLines(outputs, flags.preview);
  if (!flags.json) {
    process.stderr.write(summaryText(summary));
    process.stdout.write(preview);
    return;
  }
  const lines = flags.preview > 0 ? { preview: preview.toString('utf8').split('\n').slice(0, flags.preview) } : {};
  process.stdout.write(`${JSON.stringify({ ...summary, ...lines }, undefined, 2)}\n`);
}

/** @throws BatchlineError INVALID_SETTING or INVALID_INPUT for what commander cannot see: options that need each other */
async function checkUsage(flags: Flags): Promise<void> {
  const { model, url, workers } = flags;
  if ((model === undefined) === (url === undefined)) {
    throw invalid(`expected either --model or --url, received ${model === undefined ? 'neither' : 'both'}`);
  }
  if (url && workers !== undefined) {
    throw invalid('--workers is for the server that --model starts; with --url expected none, received it');
  }
  checkSettings(settingsOf(flags));
  if (model === undefined) return;
  await stat(model).catch((error) => {
    throw invalid(`--model: expected a model folder, received ${model} (${messageOf(error)})`);
  });
}

/** A concurrency of 0 is the API's way to leave it to the container. */
function settingsOf({ batchStrategy, maxPayloadInMb, maxConcurrentTransforms }: Flags): Partial<BatchSettings> {
  return {
    ...(batchStrategy === undefined ? {} : { batchStrategy }),
    ...(maxPayloadInMb === undefined ? {} : { maxPayloadInMB: maxPayloadInMb }),
    ...(maxConcurrentTransforms ? { maxConcurrentTransforms } : {}),
  };
}

function report(error: unknown): number {
  if (!(error instanceof BatchlineError)) throw error;
  note(error.message);
  return error.code === 'INVALID_SETTING' || error.code === 'INVALID_INPUT' ? 2 : 1;
}

function note(message: string): void {
  process.stderr.write(`batchline: ${message}\n`);
}

function noteWaiting(url: URL): (why: string) => void {
  return (why) => note(`waiting up to ${readyDeadlineMs / 1000} s for ${url}ping: ${why}`);
}

function wholeNumber(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= min && value <= max) return value;
    throw new InvalidArgumentError(`Expected a whole number from ${min} to ${max}.`);
  };
}

function httpUrl(text: string): URL {
  const url = URL.parse(text.endsWith('/') ? text : `${text}/`);
  if (url?.protocol === 'http:') return url;
  throw new InvalidArgumentError('Expected an address such as http://127.0.0.1:8080.');
}

function invalid(message: string): BatchlineError {
  return new BatchlineError('INVALID_SETTING', message);
}
