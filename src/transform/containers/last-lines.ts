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

  /** The last lines that say something; of log records, those that warn or worse, as the message they carry. */
  text(lines: number): string {
    const all = Buffer.concat(this.#pieces).toString('utf8').split('\n');
    const said = all.map(message).filter((line) => line.trim() !== '');
    return said.slice(-lines).join('\n');
  }
}

const warning = 40; // pino's number

function message(line: string): string {
  try {
    const { level, msg, err } = JSON.parse(line) as { level?: unknown; msg?: unknown; err?: { message?: unknown } };
    if (typeof level !== 'number') return line;
    const parts = level < warning ? [] : [msg, err?.message].filter((part) => typeof part === 'string');
    return [...new Set(parts)].join(': ');
  } catch {
    return line;
  }
}
