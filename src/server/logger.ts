import { type DestinationStream, type Logger, pino, stdTimeFunctions } from 'pino';
import type { Settings } from '../config.ts';

/** JSON lines on stderr; on a terminal, lines for people, where pino-pretty is installed (the image has it not). */
export async function createLogger(settings: Settings): Promise<Logger> {
  const options = { level: settings.logLevel, base: null, timestamp: stdTimeFunctions.isoTime };
  return pino(options, (process.stderr.isTTY && (await prettyStream())) || pino.destination({ dest: 2, sync: true }));
}

async function prettyStream(): Promise<DestinationStream | undefined> {
  try {
    const { default: pretty } = await import('pino-pretty');
    return pretty({ destination: 2, sync: true, ignore: 'pid,hostname' });
  } catch {
    return undefined;
  }
}
