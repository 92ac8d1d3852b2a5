#!/usr/bin/env node
import { Command, CommanderError } from 'commander';
import { BatchlineError } from '../errors.ts';

/** A command's file is imported when it is asked for: a server's start must not pay for the others. */
const commands: Readonly<Record<string, () => Promise<Command>>> = {
  inspect: async () => (await import('./inspect.ts')).inspectCommand(),
  serve: async () => (await import('./serve.ts')).serveCommand(),
  transform: async () => (await import('./transform/command.ts')).transformCommand(),
  local: async () => (await import('./local.ts')).localCommand(),
};

const wrongUsage = 2;

async function main(args: readonly string[]): Promise<number> {
  const program = new Command('batchline').description('Score files of records with a SageMaker-compatible container.');
  program.exitOverride().showHelpAfterError('(--help lists the options)');
  const named = commands[args[0] ?? ''];
  for (const load of named ? [named] : Object.values(commands))
    program.addCommand((await load()).copyInheritedSettings(program));
  if (args.length === 0) {
    program.outputHelp({ error: true });
    return wrongUsage;
  }
  await program.parseAsync(args, { from: 'user' });
  return Number(process.exitCode ?? 0);
}

/** Exit status: 0 success, 1 the job or model failed, 2 wrong usage. */
function report(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : wrongUsage;
  const expected = error instanceof BatchlineError;
  process.stderr.write(
    `batchline: ${expected ? error.message : error instanceof Error ? error.stack : String(error)}\n`,
  );
  return expected && error.code === 'INVALID_SETTING' ? wrongUsage : 1;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  process.exit(report(error));
}
