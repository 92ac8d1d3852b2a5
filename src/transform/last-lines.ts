/** The end of what a process has written, in bounded memory. */
export class LastLines {
  readonly #maxBytes: number;
  readonly #pieces: Buffer[] = [];
  #bytes = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  push(piece: Buffer): void {
    this.#pieces.push(piece);
    this.#bytes += piece.length;
    while (this.#bytes - (this.#pieces[0]?.length ?? 0) >= this.#maxBytes) {
      this.#bytes -= this.#pieces.shift()?.length ?? 0;
    }
  }

  /** The last lines that are not blank, log records as the message they carry. */
  text(lines: number): string {
    const all = Buffer.concat(this.#pieces).toString('utf8').split('\n');
    const written = all.filter((line) => line.trim() !== '');
    return written.slice(-lines).map(logMessage).join('\n');
  }
}

/** A JSON log record's message, and its error's; any other line as it is. */
function logMessage(line: string): string {
  try {
    const { msg, err } = JSON.parse(line) as { msg?: unknown; err?: { message?: unknown } };
    const parts = [msg, err?.message].filter((part) => typeof part === 'string');
    return parts.length > 0 ? [...new Set(parts)].join(': ') : line;
  } catch {
    return line;
  }
}
