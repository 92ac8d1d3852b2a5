import { createHash, type Hash } from 'node:crypto';

/** Whether bytes are those that DVC recorded. */
export interface Md5Check {
  update(bytes: Buffer): void;
  /** Once, at the end. */
  matches(): boolean;
  /** What was received; after `matches`. */
  received(): string;
}

/**
 * @param isLegacy also as DVC 2 hashed: of texts without the carriage returns before newlines
 */
export function md5Check(md5: string, isLegacy: boolean): Md5Check {
  const plain = createHash('md5');
  const others = isLegacy ? [new TextHash('file'), new TextHash('chunk')] : [];
  let received = '';
  return {
    update(bytes) {
      plain.update(bytes);
      for (const hash of others) hash.update(bytes);
    },
    matches() {
      received = plain.digest('hex');
      return [received, ...others.map((hash) => hash.digest())].includes(md5);
    },
    received: () => received,
  };
}

/** What DVC reads at a time; a carriage return that ends a chunk stays. */
const chunkBytes = 2 ** 20;
const sniffedBytes = 512;

/** DVC 2 decides by the beginning of a file whether it is a text, DVC 3 by that of each chunk. */
class TextHash {
  readonly #hash: Hash = createHash('md5');
  readonly #decide: 'file' | 'chunk';
  #chunk = Buffer.alloc(chunkBytes);
  #used = 0;
  #isText: boolean | undefined;

  constructor(decide: 'file' | 'chunk') {
    this.#decide = decide;
  }

  update(bytes: Buffer): void {
    for (let at = 0; at < bytes.length; ) {
      const copied = bytes.copy(this.#chunk, this.#used, at);
      at += copied;
      this.#used += copied;
      if (this.#used === chunkBytes) this.#flush();
    }
  }

  digest(): string {
    this.#flush();
    return this.#hash.digest('hex');
  }

  #flush(): void {
    const chunk = this.#chunk.subarray(0, this.#used);
    this.#used = 0;
    if (chunk.length === 0) return;
    if (this.#isText === undefined || this.#decide === 'chunk') this.#isText = isText(chunk.subarray(0, sniffedBytes));
    this.#hash.update(this.#isText ? withoutCarriageReturns(chunk) : chunk);
  }
}

/** DVC's own rule: no zero byte, and at most 30 % of what is not printable ASCII. */
function isText(start: Buffer): boolean {
  if (start.includes(0)) return false;
  const others = start.filter((byte) => byte > 126 || (byte < 32 && ![8, 9, 10, 12, 13].includes(byte)));
  return others.length / start.length <= 0.3;
}

function withoutCarriageReturns(chunk: Buffer): Buffer {
  return Buffer.from(chunk.toString('latin1').replaceAll('\r\n', '\n'), 'latin1');
}
