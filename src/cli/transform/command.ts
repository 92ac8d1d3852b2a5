import { Command, Option } from 'commander';
import { assumptionsHelp } from '../../transform/assumptions.ts';
import { byteSize, collected, httpUrl, wholeNumber } from '../values.ts';

const byExtension = 'by extension: .csv text/csv, .jsonl and .ndjson application/jsonlines, else application/json';
const asked = (otherwise: string) => `(default: what the container asks for, else ${otherwise})`;

/** `batchline transform`: a batch-transform job on this machine, by a server of its own or any container. */
export function transformCommand(): Command {
  const command = new Command('transform')
    .description('run a batch-transform job on this machine: files of records in, a .out of predictions for each')
    .option('--job <file>', 'a CreateTransformJob request as JSON; the options below override it')
    .option(
      '--input <path>',
      'what to score: a file, a folder for every file below it, a prefix s3://… or file://…, or dvc://path@rev',
    )
    .option('--output <folder>', 'where the .out files go: a folder, made if missing, or s3://…');
  addContainer(command);
  addForm(command);
  addSettings(command);
  addRun(command);
  return command.addHelpText('after', help).action(async (flags) => {
    const { runTransform } = await import('./run.ts');
    process.exitCode = await runTransform(flags);
  });
}

function addContainer(command: Command): void {
  command
    .optionsGroup('Where the container runs, one of:')
    .option(
      '--model <path>',
      "a model folder or model.tar.gz (also s3://… or dvc://path@rev), in batchline's own server; with --image, its model",
    )
    .option('--image <image>', 'an image, run by docker or podman as SageMaker runs it')
    .option('--url <url>', 'a container that runs already, http://host:port', httpUrl)
    .option(
      '--create-model <file>',
      'a CreateModel request as JSON, also of an inference pipeline of 2 to 15 containers',
    )
    .optionsGroup('Of a container that is started:')
    .addOption(
      new Option('--env <name=value>', 'a variable for it; may be repeated').argParser(collected).default([], 'none'),
    )
    .option('--workers <n>', "worker threads of batchline's own server (default: one a core)", wholeNumber(1, 256))
    .addOption(new Option('--container-engine <engine>', 'what runs --image').choices(['docker', 'podman']));
}

function addForm(command: Command): void {
  command
    .optionsGroup('What the objects are:')
    .option('--content-type <type>', `of the requests (default: ${byExtension})`)
    .option('--accept <type>', 'response type to ask for (default: none)')
    .addOption(
      new Option('--split-type <type>', 'what a record is (default: Line; with --job what it says, else None)').choices(
        ['None', 'Line', 'RecordIO', 'TFRecord'],
      ),
    )
    .addOption(
      new Option(
        '--assemble-with <how>',
        'what ends a reply (default: Line where the split is; with --job None)',
      ).choices(['None', 'Line']),
    )
    .addOption(new Option('--compression-type <type>', 'of the objects (default: None)').choices(['None', 'Gzip']))
    .option('--manifest', 'the input is a manifest: a JSON array [{"prefix":"s3://…"},"name",…]')
    .option('--input-filter <path>', 'JSONPath of what is sent of a record (default: $)')
    .option('--output-filter <path>', 'JSONPath of what is kept of a prediction (default: $)')
    .addOption(
      new Option('--join-source <source>', 'put each prediction beside its record (default: None)').choices([
        'Input',
        'None',
      ]),
    );
}

function addSettings(command: Command): void {
  const payload = `largest request body, 0 to 100 MiB; 0 sends each file as one stream ${asked('6')}`;
  const concurrency = `requests under way; times the payload at most 100 MiB ${asked('1')}`;
  const strategy = `as many records in a request as fit, or one ${asked('MultiRecord')}`;
  command
    .optionsGroup('How they are sent:')
    .addOption(new Option('--batch-strategy <strategy>', strategy).choices(['MultiRecord', 'SingleRecord']))
    .option('--max-payload-in-mb <MiB>', payload, wholeNumber(0, 100))
    .option('--max-concurrent-transforms <n>', concurrency, wholeNumber(0, 10_000))
    .option('--timeout-seconds <s>', 'for one attempt at a request, 1 to 3600 s (default: 600)', wholeNumber(1, 3600))
    .option(
      '--max-retries <n>',
      'after a broken connection, a timeout or a 5xx, 0 to 3 (default: 3)',
      wholeNumber(0, 3),
    )
    .option(
      '--instance-count <n>',
      'simulated instances, each with containers of its own (default: 1)',
      wholeNumber(1, 100),
    )
    .addOption(
      new Option('--assume <name=value>', 'what AWS leaves open; may be repeated')
        .argParser(collected)
        .default([], 'see below'),
    );
}

function addRun(command: Command): void {
  command
    .optionsGroup('This run:')
    .option('--resume', 'score only what has no .out yet, or one of other bytes, settings or model')
    .option('--retry-errors', 'score again just the records of errors.jsonl, and put their lines in place')
    .option(
      '--shard <size>',
      'cut larger objects at line ends into ranges of about this size, side by side: 64MB',
      byteSize,
    )
    .option('--report <folder>', 'where report.html, report.json and errors.jsonl go (default: the output)')
    .option('--no-report', 'write none of the three')
    .option('--show-records', 'show the first bad records in the report; it holds no content otherwise')
    .option('--prices <file>', 'prices for the cost estimate, JSON: {"ml.m5.xlarge": dollars an hour, …}')
    .option('--tune', 'try settings on a sample of the input; print the best as a patch for the job')
    .option('--preview <n>', 'print the first n output lines at the end', wholeNumber(0, 1_000_000), 0)
    .option('--json', 'print the result as one JSON object')
    .option('--dry-run', 'print the plan; start and score nothing');
}

const help = `
Line n of an output answers line n of its input. An output appears only when it is whole; an object that fails has none,
and the others go on. An empty file gives an empty output without a request. s3:// needs the usual AWS variables;
AWS_ENDPOINT_URL_S3 names another server.
Exit status: 0 all objects scored, 1 an object or the container failed, 2 wrong usage or input, 130 stopped by Ctrl-C.

What AWS leaves open, --assume NAME=VALUE (the first value is the default):
${assumptionsHelp()}

Examples:
  batchline transform --input outlets.jsonl --output scored --model examples/flag-combo/model --preview 3
  batchline transform --job job.json --image my-image --model model.tar.gz
  batchline transform --input s3://bucket/rows/ --output s3://bucket/scored/ --model model.tar.gz --shard 64MB
`;
