import { Command, CommanderError } from 'commander';
import { BatchlineError } from '../errors.ts';

/** By name. A command's file is imported when it is asked for: a server's start must not pay for the others. */
export type Commands = Readonly<Record<string, () => Promise<Command>>>;

const wrongUsage = 2;

/** Runs a command line to its end. Exit status: 0 success, 1 the job or model failed, 2 wrong usage. */
export async function runProgram(commands: Commands, args: readonly string[]): Promise<void> {
  try {
    process.exitCode = await run(commands, args);
  } catch (error) {
    process.exit(report(error));
  }
}

async function run(commands: Commands, args: readonly string[]): Promise<number> {
  const program = new Command('batchline').description('Score files of records with a SageMaker-compatible container.');
  // A command's options stand behind its name, also where the command above it has options of the same names.
  program.exitOverride().showHelpAfterError('(--help lists the options)').enablePositionalOptions();
  const named = commands[args[0] ?? ''];
  for (const load of named ? [named] : Object.values(commands)) program.addCommand(inheriting(await load(), program));
  if (args.length === 0) {
    program.outputHelp({ error: true });
    return wrongUsage;
  }
  await program.parseAsync(args, { from: 'user' });
  return Number(process.exitCode ?? 0);
}

/** Settings are taken over by name only when a command is made below another. */
function inheriting(command: Command, from: Command): Command {
  command.copyInheritedSettings(from);
  for (const below of command.commands) inheriting(below, command);
  return command;
}

function report(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : wrongUsage;
  const expected = error instanceof BatchlineError;
  process.stderr.write(
    `batchline: ${expected ? error.message : error instanceof Error ? error.stack : String(error)}\n`,
  );
  return expected && error.code === 'INVALID_SETTING' ? wrongUsage : 1;
}
