import type { CreateOptions, ObjectWriter } from '../../storage/object-store.ts';
import type { InputObject } from '../job.ts';
import type { JobObserver } from '../observer.ts';
import type { ErrorEntry } from './error-entries.ts';
import { LineOutput } from './line-output.ts';
import { Spool } from './spool.ts';

/** The output of one object under way, and beside it what errors.jsonl will hold of it. */
export class ObjectOutput {
  readonly #writer: ObjectWriter;
  readonly lines: LineOutput;
  /** JSON lines. */
  readonly errors = new Spool();

  readonly #observer: JobObserver;

  static async create({ output }: InputObject, options: CreateOptions, observer: JobObserver): Promise<ObjectOutput> {
    return new ObjectOutput(await output.store.create(output.key, options), observer);
  }

  private constructor(writer: ObjectWriter, observer: JobObserver) {
    this.#writer = writer;
    this.#observer = observer;
    this.lines = new LineOutput(writer);
  }

  readonly onErrors = async (entries: readonly ErrorEntry[]): Promise<void> => {
    this.#observer.onErrorLines?.(entries);
    await this.errors.append(entries.map(entryLine));
  };

  async restart(): Promise<void> {
    await this.lines.restart();
    await this.errors.restart();
  }

  async commit(): Promise<void> {
    await this.#writer.commit();
  }

  async discard(): Promise<void> {
    await this.#writer.discard();
  }

  async close(): Promise<void> {
    await this.errors.close();
  }
}

export function entryLine(entry: ErrorEntry): Buffer {
  return Buffer.from(`${JSON.stringify(entry)}\n`);
}
