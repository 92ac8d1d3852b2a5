import type { Cut, Cutter, Splitter } from './framing.ts';
import * as wrong from './json-array-error.ts';
import { elementEnd } from './json-element.ts';
import { isBlank, matchOpening, skipBlanks } from './sniff-json.ts';

const comma = 0x2c;
const closingBrace = 0x7d;

type Envelope = 'array' | 'instances';

/**
 * Cuts `[…]` or `{"instances":[…]}` into blocks of whole elements with the commas between them, and checks what is
 * around the elements. What is within an element is the worker's business: there it can become an error line.
 */
export function arrayCutter(envelope: Envelope): Cutter {
  return new ArrayCutter(envelope);
}

/** Finds the elements of a block, without the white space around them. */
export const splitArray: Splitter = (bytes, start, end, spans) => {
  const { starts, ends } = spans;
  const room = starts.length;
  const open: number[] = [];
  let count = 0;
  let position = start;
  while (position < end && count < room) {
    const separator = elementEnd(bytes, position, end, open);
    let last = separator;
    while (last > position && isBlank(bytes[last - 1])) last -= 1;
    starts[count] = Math.min(skipBlanks(bytes, position), last);
    ends[count] = last;
    count += 1;
    position = separator + 1;
  }
  spans.count = count;
  return Math.min(position, end);
};

class ArrayCutter implements Cutter {
  readonly kind = 'array';
  readonly #envelope: Envelope;
  readonly #open: number[] = [];
  #stage: 'opening' | 'elements' | 'brace' | 'end' = 'opening';
  #elements = 0;
  /** how many bytes of the body were taken before those that `cut` is given */
  #taken = 0;

  constructor(envelope: Envelope) {
    this.#envelope = envelope;
  }

  cut(bytes: Buffer, last: boolean): Cut {
    if (this.#stage === 'brace' || this.#stage === 'end')
      return this.#finish(bytes, { start: 0, end: 0, next: 0 }, last);
    const start = this.#stage === 'opening' ? this.#openingEnd(bytes, last) : 0;
    const before = this.#elements;
    // Without a whole element nothing is taken, not even the opening: the same bytes come again, with more behind them.
    let block: Cut = { start: 0, end: 0, next: 0 };
    for (let position = start; position <= bytes.length; ) {
      const at = elementEnd(bytes, position, bytes.length, this.#open);
      if (at === bytes.length) {
        if (last) throw wrong.cutOff(this.#elements + 1, this.#open.at(-1), this.#taken + at);
        break;
      }
      const closes = this.#closes(bytes, position, at);
      if (!closes || skipBlanks(bytes, position) < at) {
        this.#elements += 1;
        block = { start, end: at, next: at + 1 };
      }
      if (closes) return this.#finish(bytes, { ...block, next: at + 1 }, last);
      position = at + 1;
    }
    if (this.#elements > before) this.#stage = 'elements';
    return this.#take(block);
  }

  /** Behind the opening; behind the bytes where it has not arrived as a whole. */
  #openingEnd(bytes: Buffer, last: boolean): number {
    const { match, end } = matchOpening(bytes, this.#envelope);
    if (match === 'none' || (match === 'partial' && last)) throw wrong.opening(this.#envelope, bytes[end], end);
    return match === 'whole' ? end : bytes.length + 1;
  }

  /** Whether the array ends at `at`, behind an element that must not be empty unless it would be the only one. */
  #closes(bytes: Buffer, position: number, at: number): boolean {
    const byte = bytes[at];
    const element = this.#elements + 1;
    const opened = this.#open.at(-1);
    if (opened !== undefined || byte === closingBrace) throw wrong.closer(element, opened, byte, this.#taken + at);
    const closes = byte !== comma;
    const empty = skipBlanks(bytes, position) === at;
    if (empty && !(closes && element === 1)) throw wrong.emptyElement(element, byte, this.#taken + at);
    return closes;
  }

  /** Behind the array there may be the brace of its envelope, and white space; all of it is taken. */
  #finish(bytes: Buffer, block: Cut, last: boolean): Cut {
    if (this.#stage !== 'brace' && this.#stage !== 'end') this.#stage = this.#envelope === 'array' ? 'end' : 'brace';
    let position = skipBlanks(bytes, block.next);
    if (this.#stage === 'brace' && position < bytes.length) {
      if (bytes[position] !== closingBrace) throw wrong.envelopeEnd(bytes[position], this.#taken + position);
      this.#stage = 'end';
      position = skipBlanks(bytes, position + 1);
    }
    if (position < bytes.length) throw wrong.contentBehind(this.#envelope, bytes[position], this.#taken + position);
    if (last && this.#stage === 'brace') throw wrong.envelopeEnd(undefined, this.#taken + position);
    return this.#take({ ...block, next: bytes.length });
  }

  #take(block: Cut): Cut {
    this.#taken += block.next;
    return block;
  }
}
