import { randomUUID } from 'node:crypto';
import { type FileHandle, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BatchlineError, messageOf } from '../../errors.ts';
import type { Sink } from './line-output.ts';

const mostInMemory = 1024 * 1024;
const chunkBytes = 1024 * 1024;

/** Bytes that wait for their turn: a megabyte in memory, more in a temporary file that has no name. */
export class Spool implements Sink {
  #pieces: Buffer[] = [];
  #held = 0;
  #file: FileHandle | undefined;
  #filed = 0;

  async append(pieces: readonly Buffer[]): Promise<void> {
    for (const piece of pieces) {
      this.#pieces.push(piece);
      this.#held += piece.length;
    }
    if (this.#held > mostInMemory) await explained(this.#flush());
  }

  async restart(): Promise<void> {
    this.#pieces = [];
    this.#held = 0;
    this.#filed = 0;
    await this.#file?.truncate(0);
  }

  async *read(): AsyncGenerator<Buffer> {
    for (let at = 0; at < this.#filed; ) {
      const chunk = Buffer.allocUnsafe(Math.min(chunkBytes, this.#filed - at));
      const { bytesRead } = (await this.#file?.read(chunk, 0, chunk.length, at)) ?? { bytesRead: 0 };
      at += bytesRead;
      yield chunk.subarray(0, bytesRead);
    }
    yield* this.#pieces;
  }

  async close(): Promise<void> {
    this.#pieces = [];
    await this.#file?.close();
    this.#file = undefined;
  }

  async #flush(): Promise<void> {
    this.#file ??= await openNameless();
    for (const piece of this.#pieces) {
      for (let done = 0; done < piece.length; ) {
        const { bytesWritten } = await this.#file.write(piece, done, piece.length - done, this.#filed);
        done += bytesWritten;
        this.#filed += bytesWritten;
      }
    }
    this.#pieces = [];
    this.#held = 0;
  }
}

/** The system names no file here, and nobody knows of this one. */
async function explained(writing: Promise<void>): Promise<void> {
  await writing.catch((error: unknown) => {
    const message = `cannot write a temporary file in ${tmpdir()}: ${messageOf(error)} (free some space there, or set TMPDIR to another folder)`;
    throw new BatchlineError('JOB_FAILED', message, { cause: error });
  });
}

/** Its name goes at once, so that nothing is left whatever becomes of this process. */
async function openNameless(): Promise<FileHandle> {
  const path = join(tmpdir(), `batchline-${randomUUID()}`);
  const file = await open(path, 'wx+', 0o600);
  await rm(path);
  return file;
}
