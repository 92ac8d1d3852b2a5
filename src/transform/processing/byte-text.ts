/** Long enough that a write costs little, short enough to stay in the processor's cache. */
const blockCharacters = 64 * 1024;

/**
 * Gathers output. Its texts are bytes, a character each (latin1): what is only moved about, and that is nearly
 * everything, keeps its bytes whatever their encoding is.
 */
export class ByteText {
  readonly #blocks: Buffer[] = [];
  #text = '';

  write(text: string): void {
    this.#text += text;
    if (this.#text.length > blockCharacters) this.#flush();
  }

  take(): Buffer {
    this.#flush();
    return Buffer.concat(this.#blocks.splice(0));
  }

  #flush(): void {
    this.#blocks.push(Buffer.from(this.#text, 'latin1'));
    this.#text = '';
  }
}
