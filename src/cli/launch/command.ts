import { Command, Option } from 'commander';
import { collected, wholeNumber } from '../values.ts';
import type { LaunchFlags } from './flags.ts';
import type { IamFlags } from './iam.ts';

type Part = (command: Command) => Command;
type Run = typeof import('./run.ts')['runLaunch'];

/** `batchline launch`: a transform job on SageMaker, from image and model to verified outputs; each step also alone. */
export function launchCommand(): Command {
  const launch = new Command('launch').enablePositionalOptions();
  launch
    .description(
      'run a transform job on SageMaker: image to ECR, model, job, watch, results; again without doing twice',
    )
    .addHelpText('after', help);
  for (const part of [inFile, ofImage, ofModel, ofPreflight, ofJob, ofWatch]) part(launch);
  acting(launch, 'runLaunch');
  return launch
    .addCommand(step('image', 'build the image and push it to ECR, unless it is there', [ofImage], 'runImage'))
    .addCommand(
      step('model', 'upload the model archive and create the model, unless they are there', [ofModel], 'runModel'),
    )
    .addCommand(
      step('job', 'create the transform job of a model that is there, and watch it', [ofJob, ofWatch], 'runJob'),
    )
    .addCommand(named('watch', 'watch a job until it ends, then verify and report', [ofWatch], 'runWatch'))
    .addCommand(named('stop', 'stop a job', [], 'runStop'))
    .addCommand(iamCommand());
}

/** A step that the launch file describes. */
function step(
  name: string,
  description: string,
  parts: readonly Part[],
  run: keyof typeof import('./run.ts'),
): Command {
  const command = new Command(name).description(description);
  for (const part of [inFile, ...parts]) part(command);
  return acting(command, run);
}

/** A command for a job that is there; it needs no launch file. */
function named(name: string, description: string, parts: readonly Part[], run: 'runWatch' | 'runStop'): Command {
  const command = new Command(name).description(description).argument('<job>', 'its name');
  for (const part of [ofAws, ...parts]) part(command);
  return command.action(async (job: string, flags: LaunchFlags) => {
    process.exitCode = await (await import('./run.ts'))[run](job, flags);
  });
}

function acting(command: Command, run: keyof typeof import('./run.ts')): Command {
  return command.action(async (flags: LaunchFlags) => {
    process.exitCode = await ((await import('./run.ts'))[run] as Run)(flags);
  });
}

function iamCommand(): Command {
  const command = new Command('iam').description(
    'print a CloudFormation template of what a launch needs, or its policies',
  );
  inFile(command)
    .addOption(
      new Option(
        '--print <what>',
        'a template of all; or as JSON the policy of the job’s role, who may assume it, the policy of whoever launches',
      )
        .choices(['template', 'execution-role', 'trust', 'deployer'])
        .default('template'),
    )
    .option('--account <id>', 'the account, 12 digits (default: that of the launch file’s role)');
  return command.action(async (flags: IamFlags) => {
    process.exitCode = await (await import('./iam.ts')).runIam(flags);
  });
}

function ofAws(command: Command): Command {
  return command
    .option('--region <region>', 'of AWS (default: AWS_REGION, or the profile’s)')
    .option('--profile <profile>', 'of the AWS configuration (default: AWS_PROFILE)')
    .option('--json', 'print events as JSON, one a line, on stdout')
    .option('--debug', 'tell every call of AWS and of other programs');
}

function inFile(command: Command): Command {
  command
    .option('-f, --file <file>', 'the launch file, YAML or JSON', 'launch.yaml')
    .addOption(
      new Option(
        '--set <key=value>',
        'a value in place of the file’s, CreateTransformJob.MaxPayloadInMB=6; may be repeated',
      )
        .argParser(collected)
        .default([], 'none'),
    );
  return ofAws(command);
}

function ofImage(command: Command): Command {
  return command
    .option('--image <image>', 'an image that exists, in a registry or on this machine, instead of building one')
    .option('--rebuild', 'build and push even if the registry has an image of the same context');
}

function ofModel(command: Command): Command {
  return command.option('--no-network-isolation', 'let the model’s container use the network');
}

function ofPreflight(command: Command): Command {
  return command
    .addOption(
      new Option('--inspect <how>', 'how much of the input is checked before the job')
        .choices(['sample', 'all', 'none'])
        .default('sample'),
    )
    .option('--dry-run', 'make nothing: print each call that would be made, and the estimated cost');
}

function ofJob(command: Command): Command {
  return command
    .option('--resume', 'score only what has no valid output yet')
    .option('--no-wait', 'end when the job has been created');
}

function ofWatch(command: Command): Command {
  return command
    .option('--logs', 'show the job’s log lines')
    .option('--poll <s>', 'seconds between two looks at the job (default: 10)', wholeNumber(1, 600))
    .option('--prices <file>', 'prices for the cost, JSON (default: a dated table)')
    .option('--cleanup', 'delete the model at the end, if this launch made it, and the shards of a job that failed');
}

const help = `
Everything is done once: an image of the same context, an archive of the same files and a model of both are used again.
Ctrl-C while the job runs leaves it running; \`batchline launch watch JOB\` takes up where you were.
Credentials come from where every AWS program has them; AWS_ENDPOINT_URL and AWS_ENDPOINT_URL_<SERVICE> name other servers.
Exit status: 0 the job completed and every output is there, 1 it failed or was stopped, 2 wrong usage or set-up (nothing
was made), 130 stopped by Ctrl-C.

Examples:
  batchline launch --file examples/flag-combo/launch.yaml --dry-run
  batchline launch --file launch.yaml --set CreateTransformJob.TransformResources.InstanceCount=4 --set shard=auto
  batchline launch job --file launch.yaml --resume
  batchline launch watch flag-combo-3f2a… --logs
`;
