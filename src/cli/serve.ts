import { Command } from 'commander';
import { readSettings, settingsTable } from '../config.ts';

/** `batchline serve`: the container's server; ends only by a signal, or because the model cannot be loaded. */
export function serveCommand(): Command {
  return new Command('serve')
    .description("the container's server: /ping, /execution-parameters, /invocations, /metrics")
    .option('--model <folder>', 'model folder', '/opt/ml/model')
    .addHelpText('after', `${examples}\nSettings (environment):\n${settingsHelp()}`)
    .action(async ({ model }: { model: string }) => serve(model));
}

const examples = `
Examples:
  batchline serve --model examples/flag-combo/model
  SAGEMAKER_BIND_TO_PORT=9000 BATCHLINE_WORKERS=2 batchline serve --model my-model
`;

function settingsHelp(): string {
  return Object.values(settingsTable)
    .filter(({ about }) => about !== '')
    .map(({ env, default: value, unit, about }) => `  ${env} (${unit}; default ${value})\n      ${about}`)
    .join('\n');
}

async function serve(modelDir: string): Promise<void> {
  const { startServer } = await import('../server/start.ts');
  const server = await startServer(readSettings(), modelDir);
  let stopping = false;
  const stop = async () => {
    if (stopping) return;
    stopping = true;
    process.exit((await server.close()) ? 0 : 1);
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void stop());
  // A parent that started us on port 0 has to learn the port; when it is gone, so are we.
  process.send?.({ listening: server.port });
  if (process.send) process.once('disconnect', () => void stop());
  await server.ready;
}
