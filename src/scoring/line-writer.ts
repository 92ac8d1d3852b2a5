import { RecordError, type RecordErrorCode } from '../errors.ts';
import type { JsonValue } from '../records/json-value.ts';
import { createEncoder } from './encode.ts';
import type { ErrorAt, LineFormat, ScoredBlock } from './messages.ts';
import type { OutputBuffer } from './output-buffer.ts';
import { asRecordError, type Outcome } from './predict.ts';

/** Encodes outcomes and keeps account of the errors among them. */
export class LineWriter {
  readonly #encoder;
  readonly #output: OutputBuffer;
  #text = '';
  #records = 0;
  readonly #errorIndexes: number[] = [];
  readonly #errorOffsets: number[] = [];
  readonly #firstErrors: ErrorAt[] = [];
  readonly #errorCounts: Partial<Record<RecordErrorCode, number>> = {};

  /** @param output empty; used by one block after the other */
  constructor(format: LineFormat, output: OutputBuffer) {
    this.#encoder = createEncoder(format);
    this.#output = output;
    output.clear(); // of a block that was abandoned half-way
  }

  write(id: JsonValue | undefined, outcome: Outcome): void {
    let error: RecordError;
    try {
      if (!(outcome instanceof RecordError)) {
        this.#text += this.#encoder.line(id, outcome);
        // Short strings are gathered: one write for some kilobytes is cheaper than one for each line.
        if (this.#text.length > 16_384) this.#flush();
        this.#records++;
        return;
      }
      error = outcome;
    } catch (thrown) {
      error = asRecordError(thrown);
    }
    this.#writeError(id, error);
  }

  finish(): ScoredBlock {
    this.#flush();
    return {
      output: this.#output.take(),
      records: this.#records,
      errorCounts: this.#errorCounts,
      errorIndexes: this.#errorIndexes,
      errorOffsets: this.#errorOffsets,
      firstErrors: this.#firstErrors,
    };
  }

  #writeError(id: JsonValue | undefined, error: RecordError): void {
    const [before, after] = this.#encoder.errorLine(id, error);
    const index = this.#records++;
    this.#text += before;
    this.#flush();
    if (after !== '') {
      this.#errorIndexes.push(index);
      this.#errorOffsets.push(this.#output.length);
    }
    this.#text = after;
    this.#errorCounts[error.code] = (this.#errorCounts[error.code] ?? 0) + 1;
    if (this.#firstErrors.length < 10) this.#firstErrors.push({ index, code: error.code, message: error.message });
  }

  #flush(): void {
    this.#output.write(this.#text);
    this.#text = '';
  }
}
