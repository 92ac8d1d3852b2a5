import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Command, InvalidArgumentError, Option } from 'commander';
import type { ControlPlane } from '../control-plane/control-plane.ts';
import type { Listening } from '../control-plane/listen.ts';
import { assumptionsHelp, parseAssumptions } from '../transform/assumptions.ts';
import type { EngineName } from '../transform/containers/engine.ts';
import { listenForInterrupts } from './interrupts.ts';
import { collected, httpUrl, wholeNumber } from './values.ts';

/** `batchline local`: SageMaker's API on this machine; ends by a signal. */
export function localCommand(): Command {
  const concurrent = 'jobs that run at once; others wait, InProgress';
  const assumed = 'what AWS leaves open; repeatable';
  const images =
    'a repository whose images are batchline’s own: their models run here without a container engine; repeatable';
  return new Command('local')
    .description("SageMaker's API for transform jobs on this machine, for the clients that you have")
    .option('--port <port>', 'port to listen on; 0 takes a free one', wholeNumber(0, 65_535), 4566)
    .option('--host <address>', 'address to listen on; whoever reaches it may start containers', '127.0.0.1')
    .option('--state <folder>', 'where models, jobs and logs are kept', '.batchline/local')
    .option(
      '--s3-endpoint <url>',
      'S3 server of the jobs; clients reach it through this address too (default: AWS)',
      httpUrl,
    )
    .option('--account <id>', 'account number in ARNs', accountNumber, '000000000000')
    .option('--region <name>', 'region in ARNs', 'us-east-1')
    .option('--concurrent-jobs <n>', concurrent, wholeNumber(1, 100), 2)
    .addOption(new Option('--own-image <name>', images).argParser(collected).default([], 'none'))
    .option('--allow-files', 'take file:// URIs and paths where the service takes s3:// alone')
    .addOption(
      new Option('--container-engine <name>', 'for other images (default: docker if it answers, else podman)').choices([
        'docker',
        'podman',
      ]),
    )
    .addOption(new Option('--assume <name=value>', assumed).argParser(collected).default([], 'see below'))
    .addHelpText('after', () => `${help}\nAssumptions (--assume):\n${assumptionsHelp()}`)
    .action(runLocal);
}

const help = `
Clients need one variable, AWS_ENDPOINT_URL=http://127.0.0.1:4566, any keys and a region. A page at that address shows
the jobs. Models whose image is named batchline run as processes, others by docker or podman.

Examples:
  batchline local --s3-endpoint http://127.0.0.1:9000
  batchline local --port 0 --state jobs --own-image my-team/scorer --assume blank-lines=drop
`;

interface Flags {
  readonly port: number;
  readonly host: string;
  readonly state: string;
  readonly s3Endpoint?: URL;
  readonly account: string;
  readonly region: string;
  readonly concurrentJobs: number;
  readonly ownImage: readonly string[];
  readonly allowFiles?: boolean;
  readonly containerEngine?: EngineName;
  readonly assume: readonly string[];
}

async function runLocal(flags: Flags): Promise<void> {
  const stop = new AbortController();
  const interrupts = listenForInterrupts(stop);
  const { listen } = await import('../control-plane/listen.ts');
  const plane = await openControlPlane(flags);
  const server = await listen(plane.app, flags.host, flags.port).catch(async (error: unknown) => {
    await plane.close();
    throw error;
  });
  announce(flags, server);
  if (!stop.signal.aborted) await new Promise((stopped) => stop.signal.addEventListener('abort', stopped));
  note('stopping; jobs that are under way become Failed');
  await close(plane, server);
  process.exitCode = interrupts.status() ?? 0;
}

async function openControlPlane(flags: Flags): Promise<ControlPlane> {
  const assumptions = parseAssumptions(flags.assume);
  const [{ controlPlane }, { openStores }, { containerStarter }, { prepareTransformRun }, { openReport }] =
    await Promise.all([
      import('../control-plane/control-plane.ts'),
      import('../storage/open-store.ts'),
      import('../transform/containers/start-container.ts'),
      import('../transform/run-transform-job.ts'),
      import('./transform/report.ts'),
    ]);
  const { state: folder, account, region, s3Endpoint, containerEngine: engine } = flags;
  const openStore = openStores(s3Endpoint ? { endpoint: s3Endpoint.href } : {});
  const cli = fileURLToPath(new URL(`./main${extname(import.meta.url)}`, import.meta.url));
  return controlPlane({
    folder,
    account: { account, region },
    s3Endpoint,
    ownImages: flags.ownImage,
    concurrentJobs: flags.concurrentJobs,
    allowFiles: flags.allowFiles ?? false,
    assumptions,
    prepare: prepareTransformRun,
    startContainer: containerStarter({ cli, openStore, ...(engine ? { engine } : {}) }),
    openStore,
    openReport: (options, report) => openReport({ report }, options),
    onNote: note,
  });
}

/** The first address is ours: whoever starts us with --port 0 reads it here. */
function announce({ host, state, region, s3Endpoint }: Flags, { port }: Listening): void {
  const address = `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
  const lines = [
    `listening; jobs are kept in ${state}, a page for browsers is at ${address}/`,
    'for clients:',
    `  export AWS_ENDPOINT_URL=${address} AWS_DEFAULT_REGION=${region}`,
    ...(s3Endpoint
      ? []
      : ['S3 is AWS; clients need AWS_ENDPOINT_URL_S3=https://s3.amazonaws.com, or give --s3-endpoint']),
  ];
  note(lines.join('\n'));
}

async function close(plane: ControlPlane, server: Listening): Promise<void> {
  await plane.close();
  await server.close();
}

function accountNumber(text: string): string {
  if (/^\d{12}$/.test(text)) return text;
  throw new InvalidArgumentError('Expected twelve digits.');
}

function note(text: string): void {
  process.stderr.write(`batchline local: ${text}\n`);
}
