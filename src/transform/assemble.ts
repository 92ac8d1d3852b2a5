import { randomUUID } from 'node:crypto';
import { type FileHandle, mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { BatchlineError, messageOf } from '../errors.ts';
import { countLines } from './read-object.ts';

const newline = 0x0a;

/**
 * The `.out` of one object. Nobody sees it before it is whole: it is written beside its place under another name, and
 * takes the place, and that of an older one, in a single step.
 */
export class OutputFile {
  readonly #path: string;
  readonly #temporary: string;
  readonly #handle: FileHandle;
  #bytes = 0;
  #lines = 0;
  #endsLine = true;

  static async create(path: string): Promise<OutputFile> {
    const folder = dirname(path);
    // Not made from the name of the output, which may be as long as the file system allows.
    const temporary = join(folder, `.batchline-${randomUUID()}.tmp`);
    return await explained(path, async () => {
      await mkdir(folder, { recursive: true });
      return new OutputFile(path, temporary, await open(temporary, 'wx'));
    });
  }

  private constructor(path: string, temporary: string, handle: FileHandle) {
    this.#path = path;
    this.#temporary = temporary;
    this.#handle = handle;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Lines so far; a last one without a newline counts. */
  get lines(): number {
    return this.#endsLine ? this.#lines : this.#lines + 1;
  }

  async append(pieces: readonly Buffer[]): Promise<void> {
    let rest = pieces.filter((piece) => piece.length > 0);
    await explained(this.#path, async () => {
      while (rest.length > 0) {
        const { bytesWritten } = await this.#handle.writev(rest, this.#bytes);
        this.#bytes += bytesWritten;
        rest = this.#took(rest, bytesWritten);
      }
    });
  }

  /** AssembleWith Line: each reply ends its line. One that is empty has none to end. */
  async endLine(): Promise<void> {
    if (!this.#endsLine) await this.append([Buffer.of(newline)]);
  }

  /** Forgets everything: the reply that was being streamed broke off. */
  async restart(): Promise<void> {
    await explained(this.#path, () => this.#handle.truncate(0));
    this.#bytes = 0;
    this.#lines = 0;
    this.#endsLine = true;
  }

  async commit(): Promise<void> {
    await explained(this.#path, async () => {
      await this.#handle.close();
      await rename(this.#temporary, this.#path);
    });
  }

  async discard(): Promise<void> {
    await this.#handle.close().catch(() => undefined); // closed already, if it was the renaming that failed
    await rm(this.#temporary, { force: true });
  }

  /** Notes what was written, and returns what was not: a disk may take only a part. */
  #took(pieces: readonly Buffer[], bytes: number): Buffer[] {
    let left = bytes;
    const rest: Buffer[] = [];
    for (const piece of pieces) {
      const written = piece.subarray(0, left);
      this.#lines += countLines(written);
      this.#endsLine = written.length === 0 ? this.#endsLine : written.at(-1) === newline;
      left -= written.length;
      if (written.length < piece.length) rest.push(piece.subarray(written.length));
    }
    return rest;
  }
}

async function explained<T>(path: string, write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    throw new BatchlineError('JOB_FAILED', `cannot write ${path}: ${messageOf(error)}`, { cause: error });
  }
}
