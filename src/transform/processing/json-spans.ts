import { isUtf8 } from 'node:buffer';
import { JsonScanner } from '../../records/json-scanner.ts';

/** Where a value is in the bytes. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

const quote = 0x22;
const comma = 0x2c;
const openArray = 0x5b;
const openObject = 0x7b;

/** The scanner counts depth up to 64, to be safe on every stack; DataProcessing must take what the service does. */
const rootDepth = -936;

/**
 * Finds the parts of JSON values in their bytes. What is found is moved as it is written: to parse and to write it anew
 * would turn 1.0 into 1 and 12345678901234567890 into 12345678901234567000.
 */
export class JsonSpans {
  readonly #scanner = new JsonScanner();

  /** Begins with a text; the one value that it must be, or undefined where it is not JSON. It must be UTF-8. */
  root(bytes: Buffer, start: number, end: number): Span | undefined {
    const scanner = this.#scanner;
    scanner.use(bytes, end);
    const from = scanner.blanks(start);
    const to = scanner.value(from, rootDepth);
    return to < 0 || scanner.blanks(to) !== end ? undefined : { from, to };
  }

  /** Whether a text is one JSON value. */
  isOne(bytes: Buffer): boolean {
    return isUtf8(bytes) && this.root(bytes, 0, bytes.length) !== undefined;
  }

  typeOf({ from }: Span): 'object' | 'array' | 'scalar' {
    const byte = this.#scanner.bytes[from];
    return byte === openObject ? 'object' : byte === openArray ? 'array' : 'scalar';
  }

  /** The member of an object; where its key occurs more than once the last, as JSON.parse has it. */
  member(object: Span, key: string): Span | undefined {
    let found: Span | undefined;
    this.#eachMember(object, (name, value) => {
      if (name === key) found = value;
    });
    return found;
  }

  /** The members of an object by their keys; where one occurs more than once, the last at the place of the first. */
  members(object: Span): Map<string, Span> {
    const members = new Map<string, Span>();
    this.#eachMember(object, (name, value) => members.set(name, value));
    return members;
  }

  elements(array: Span): Span[] {
    const scanner = this.#scanner;
    const elements: Span[] = [];
    let from = scanner.blanks(array.from + 1);
    while (from < array.to - 1) {
      const to = scanner.value(from, rootDepth);
      elements.push({ from, to });
      from = scanner.blanks(to);
      if (scanner.bytes[from] === comma) from = scanner.blanks(from + 1);
    }
    return elements;
  }

  /** A value without the white space between its tokens, a character for each byte. */
  compact({ from, to }: Span): string {
    const scanner = this.#scanner;
    const { bytes } = scanner;
    let text = '';
    let written = from;
    for (let at = from; at < to; ) {
      const byte = bytes[at] as number;
      if (byte === quote) at = scanner.string(at);
      else if (byte > 0x20) at += 1;
      else {
        text += bytes.toString('latin1', written, at);
        at = scanner.blanks(at);
        written = at;
      }
    }
    return text + bytes.toString('latin1', written, to);
  }

  /** The value itself, for a look at a small one. */
  parse({ from, to }: Span): unknown {
    return JSON.parse(this.#scanner.bytes.toString('utf8', from, to));
  }

  #eachMember(object: Span, visit: (name: string, value: Span) => void): void {
    const scanner = this.#scanner;
    let at = scanner.blanks(object.from + 1);
    while (at < object.to - 1) {
      const name = this.#key(at);
      const from = scanner.key(at);
      const to = scanner.value(from, rootDepth);
      visit(name, { from, to });
      at = scanner.blanks(to);
      if (scanner.bytes[at] === comma) at = scanner.blanks(at + 1);
    }
  }

  #key(from: number): string {
    const { bytes } = this.#scanner;
    const to = this.#scanner.string(from);
    const text = bytes.toString('utf8', from + 1, to - 1);
    return text.includes('\\') ? (JSON.parse(`"${text}"`) as string) : text;
  }
}
