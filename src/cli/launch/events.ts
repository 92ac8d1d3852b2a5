import type { LaunchEvent, LaunchEventName, Tell } from '../../sagemaker/tell.ts';

/** What only the latest of is of interest. */
const passing: readonly LaunchEventName[] = ['progress', 'image.build', 'image.push'];
/** What the summary at the end says again. */
const forPrograms: readonly LaunchEventName[] = ['written', 'done'];
/** Without a terminal. */
const passingEveryMs = 5000;
const clearLine = '\r\x1b[K';

export interface EventPrinter {
  readonly tell: Tell;
  /** Removes the line that is still being rewritten. */
  close(): void;
}

/**
 * Shows the events of a launch: for programs each as a line of JSON on stdout; for people their messages on stderr, with
 * one line that is rewritten for how far things are, or without a terminal such a line every few seconds.
 */
export function printEvents(json: boolean): EventPrinter {
  return json ? { tell: printJson, close: () => undefined } : printMessages(process.stderr);
}

function printJson({ event, message, details }: LaunchEvent): void {
  process.stdout.write(`${JSON.stringify({ time: new Date().toISOString(), event, message, ...details })}\n`);
}

export function printMessages(stream: Pick<NodeJS.WriteStream, 'isTTY' | 'columns' | 'write'>): EventPrinter {
  let rewritten = false;
  let last = Number.NEGATIVE_INFINITY;
  const close = (): void => {
    if (rewritten) stream.write(clearLine);
    rewritten = false;
  };
  return {
    close,
    tell({ event, message }) {
      if (forPrograms.includes(event)) return;
      if (!passing.includes(event)) {
        close();
        stream.write(`${message}\n`);
      } else if (stream.isTTY) {
        stream.write(`${clearLine}${message.split('\n', 1)[0]?.slice(0, (stream.columns || 80) - 1)}`);
        rewritten = true;
      } else if (performance.now() - last >= passingEveryMs) {
        last = performance.now();
        stream.write(`${message}\n`);
      }
    },
  };
}
