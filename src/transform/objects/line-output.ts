import { countLines } from './lines-of.ts';

const newline = 0x0a;

/** Where bytes go in order, and can be taken back as a whole. */
export interface Sink {
  append(pieces: readonly Buffer[]): Promise<void>;
  restart(): Promise<void>;
}

/** Counts the bytes and lines that go into a sink, and ends lines. */
export class LineOutput {
  readonly #sink: Sink;
  #bytes = 0;
  #lines = 0;
  #endsLine = true;

  constructor(sink: Sink) {
    this.#sink = sink;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Lines so far; a last one without a newline counts. */
  get lines(): number {
    return this.#endsLine ? this.#lines : this.#lines + 1;
  }

  async append(pieces: readonly Buffer[]): Promise<void> {
    for (const piece of pieces) {
      if (piece.length === 0) continue;
      this.#bytes += piece.length;
      this.#lines += countLines(piece);
      this.#endsLine = piece.at(-1) === newline;
    }
    await this.#sink.append(pieces);
  }

  /** AssembleWith Line: a newline after a reply that lacks one, or after every reply. One that is empty has none to end. */
  async endLine(always: boolean): Promise<void> {
    if (always || !this.#endsLine) await this.append([Buffer.of(newline)]);
  }

  /** Forgets everything: the reply that was being streamed broke off. */
  async restart(): Promise<void> {
    await this.#sink.restart();
    this.#bytes = 0;
    this.#lines = 0;
    this.#endsLine = true;
  }
}
