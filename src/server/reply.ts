import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { type RecordErrorCode, RequestError } from '../errors.ts';
import { freeOwned } from '../free-owned.ts';
import type { ResponseFormat } from '../records/accept.ts';
import type { ScoredBlock } from '../scoring/messages.ts';
import { numberErrors } from '../scoring/number-errors.ts';

export interface ReplyPolicy {
  /** How much is held back before the reply begins. */
  readonly holdBytes: number;
  /** The largest share of failed records of a reply that may pass; the whole reply is refused above it. */
  readonly maxErrorRate: number;
  /** Whether any failed record refuses the whole reply. */
  readonly failOnError: boolean;
}

/** Fewer records than this say nothing about a rate. */
const leastRecordsForRate = 20;

/** What all replies together may hold back: beyond it, replies begin early. */
export class HeldBytes {
  readonly #most: number;
  bytes = 0;

  constructor(most: number) {
    this.#most = most;
  }

  get exceeded(): boolean {
    return this.bytes > this.#most;
  }
}

/** One reply: gathers scored blocks, holds them back while the request may still turn out to be a 400, and streams. */
export class Reply {
  records = 0;
  errors = 0;
  readonly errorCounts: Partial<Record<RecordErrorCode, number>> = {};
  readonly #response: ServerResponse;
  readonly #policy: ReplyPolicy;
  readonly #allHeld: HeldBytes;
  readonly #first: { record: number; code: string; message: string }[] = [];
  #format: ResponseFormat | undefined;
  #held: Uint8Array[] = [];
  #heldBytes = 0;
  #begun = false;

  constructor(response: ServerResponse, policy: ReplyPolicy, allHeld: HeldBytes) {
    this.#response = response;
    this.#policy = policy;
    this.#allHeld = allHeld;
  }

  /** The first mini-batch decides how the reply is written. */
  setFormat(format: ResponseFormat): ResponseFormat {
    this.#format ??= format;
    return this.#format;
  }

  /** Takes the next block's lines; waits while the client reads too slowly. */
  async add(block: ScoredBlock): Promise<void> {
    const bytes = numberErrors(block, this.records);
    this.#account(block);
    if (this.errors > 0 && this.#policy.failOnError) throw this.#refusal('BATCHLINE_ON_ERROR=fail');
    if (bytes.length === 0) return;
    for (const part of this.#withCommas(bytes, this.records > block.records)) await this.#put(part);
  }

  /** Ends the reply, or refuses it as a whole. */
  async end(): Promise<void> {
    const rate = this.records === 0 ? 0 : this.errors / this.records;
    if (this.records >= leastRecordsForRate && rate > this.#policy.maxErrorRate) {
      throw this.#refusal(`more than BATCHLINE_MAX_ERROR_RATE=${this.#policy.maxErrorRate} allows`);
    }
    const { head, tail } = envelopeOf(this.#format);
    if (this.#begun) {
      this.#response.addTrailers({
        'x-batchline-records': String(this.records),
        'x-batchline-errors': String(this.errors),
      });
      this.#response.end(tail);
      return;
    }
    this.#head().setHeader('Content-Length', head.length + this.#heldBytes + tail.length);
    this.#response.setHeader('x-batchline-records', this.records).setHeader('x-batchline-errors', this.errors);
    this.#response.cork(); // headers and lines go out together
    this.#response.write(head);
    for (const part of this.#held) this.#response.write(part, () => freeOwned(part));
    this.#response.end(tail);
    this.release();
  }

  /** What the whole request is refused with; the first ten errors say what is wrong with it. */
  #refusal(why: string): RequestError {
    const shown = this.#first.map(({ record, code, message }) => `record ${record}: ${code}: ${message}`);
    return new RequestError(
      'TOO_MANY_ERRORS',
      `${this.errors} of ${this.records} records failed, ${why}. ${shown.join('; ')}`,
    );
  }

  /** Gives back what is held; for a reply that will never be sent, too. */
  release(): void {
    this.#allHeld.bytes -= this.#heldBytes;
    this.#held = [];
    this.#heldBytes = 0;
  }

  #account(block: ScoredBlock): void {
    for (const { index, code, message } of block.firstErrors) {
      if (this.#first.length < 10) this.#first.push({ record: this.records + index + 1, code, message });
    }
    for (const [code, count] of Object.entries(block.errorCounts) as [RecordErrorCode, number][]) {
      this.errorCounts[code] = (this.errorCounts[code] ?? 0) + count;
      this.errors += count;
    }
    this.records += block.records;
  }

  /** In an array each block ends with a comma too many; it belongs before the next block. */
  #withCommas(bytes: Uint8Array, more: boolean): Uint8Array[] {
    if (this.#format?.envelope === 'lines') return [bytes];
    const elements = bytes.subarray(0, -1);
    return more ? [Buffer.from(','), elements] : [elements];
  }

  async #put(bytes: Uint8Array): Promise<void> {
    if (this.#begun) return this.#write(bytes);
    this.#held.push(bytes);
    this.#heldBytes += bytes.length;
    this.#allHeld.bytes += bytes.length;
    if (this.#heldBytes > this.#policy.holdBytes || this.#allHeld.exceeded) await this.#begin();
  }

  async #begin(): Promise<void> {
    this.#begun = true;
    this.#head().setHeader('Trailer', 'x-batchline-records, x-batchline-errors');
    const held = this.#held;
    this.release();
    await this.#write(Buffer.from(envelopeOf(this.#format).head));
    for (const part of held) await this.#write(part);
  }

  #head(): ServerResponse {
    this.#response.statusCode = 200;
    return this.#response.setHeader('Content-Type', this.#format?.contentType ?? 'application/json');
  }

  async #write(bytes: Uint8Array): Promise<void> {
    if (bytes.length === 0) return;
    if (this.#response.destroyed) throw new RequestError('CLIENT_CLOSED_REQUEST', 'the client closed the connection');
    if (this.#response.write(bytes, () => freeOwned(bytes))) return;
    const gone = new AbortController();
    const close = () => gone.abort();
    this.#response.once('close', close);
    try {
      await once(this.#response, 'drain', { signal: gone.signal });
    } finally {
      this.#response.off('close', close);
    }
  }
}

function envelopeOf(format: ResponseFormat | undefined): { head: string; tail: string } {
  switch (format?.envelope) {
    case 'array':
      return { head: '[', tail: ']\n' };
    case 'instances':
      return { head: '{"predictions":[', tail: ']}\n' };
    default:
      return { head: '', tail: '' };
  }
}
