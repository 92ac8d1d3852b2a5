const everyMs = { terminal: 200, plain: 5000 };
const clearLine = '\r\x1b[K';

/** Shows how far a stage is: on a terminal one line that is rewritten, else a line every few seconds. */
export function showStage(stream: Pick<NodeJS.WriteStream, 'isTTY' | 'write'>) {
  let shown = performance.now();
  let rewritten = false;
  return {
    show(text: string): void {
      const now = performance.now();
      if (now - shown < (stream.isTTY ? everyMs.terminal : everyMs.plain)) return;
      shown = now;
      rewritten = stream.isTTY;
      stream.write(stream.isTTY ? `${clearLine}${text}` : `${text}\n`);
    },
    close(): void {
      if (rewritten) stream.write(clearLine);
      rewritten = false;
    },
  };
}
