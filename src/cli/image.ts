// The program of the image: of the commands it has serve alone, so that nothing else is in the bundle.
import { runProgram } from './run-program.ts';

await runProgram({ serve: async () => (await import('./serve.ts')).serveCommand() }, process.argv.slice(2));
