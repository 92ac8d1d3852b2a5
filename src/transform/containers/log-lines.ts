import { StringDecoder } from 'node:string_decoder';

/** As long as a line may be before it is cut; no longer one fits into an event of CloudWatch. */
const longestLine = 256 * 1024;

/** Cuts what a process writes into lines. */
export class LogLines {
  readonly #onLine: (line: string) => void;
  readonly #decoder = new StringDecoder('utf8');
  #begun = '';

  constructor(onLine: (line: string) => void) {
    this.#onLine = onLine;
  }

  push(piece: Buffer): void {
    const lines = (this.#begun + this.#decoder.write(piece)).split('\n');
    this.#begun = lines.pop() ?? '';
    for (const line of lines) this.#onLine(line.endsWith('\r') ? line.slice(0, -1) : line);
    if (this.#begun.length > longestLine) this.end();
  }

  end(): void {
    if (this.#begun !== '') this.#onLine(this.#begun);
    this.#begun = '';
  }
}
