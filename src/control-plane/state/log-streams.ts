import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';

export interface LogEvent {
  /** Milliseconds since 1970. */
  readonly timestamp: number;
  readonly message: string;
}

export interface LogStream {
  /** `<job>/<instance>-<epoch>`, and behind another slash `data-log` or the name of a container. */
  readonly name: string;
  readonly bytes: number;
}

const mostBytes = 16 * 1024 * 1024;
/** CloudWatch's limit of an event. */
const longestMessage = 256 * 1024;

/** The jobs' logs, each stream a file of JSON lines; a stream that has grown too large says so and takes no more. */
export class LogStreams {
  readonly #folder: string;
  readonly #mostBytes: number;
  /** How long the streams are that were written to by this process. */
  readonly #bytes = new Map<string, number>();

  constructor(folder: string, limit = mostBytes) {
    this.#folder = folder;
    this.#mostBytes = limit;
  }

  append(stream: string, message: string): void {
    const path = this.#pathOf(stream);
    const before = this.#bytes.get(stream) ?? this.#begin(path);
    if (before >= this.#mostBytes) return;
    const line = lineOf(message.slice(0, longestMessage));
    const isLast = before + Buffer.byteLength(line) >= this.#mostBytes;
    const end = `batchline local: no more of this stream, it has ${this.#mostBytes} bytes`;
    const text = isLast ? line + lineOf(end) : line;
    appendFileSync(path, text);
    this.#bytes.set(stream, before + Buffer.byteLength(text));
  }

  /** The streams whose name begins with `prefix`, by name. */
  list(prefix: string): LogStream[] {
    const names = existsSync(this.#folder) ? readdirSync(this.#folder, { recursive: true, encoding: 'utf8' }) : [];
    return names
      .filter((file) => file.endsWith(suffix))
      .map((file) => ({ name: file.slice(0, -suffix.length), bytes: statSync(join(this.#folder, file)).size }))
      .filter(({ name }) => name.startsWith(prefix))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** All events of a stream; undefined if there is no such stream. A line that is not whole is left out. */
  read(stream: string): LogEvent[] | undefined {
    if (!this.list(stream).some(({ name }) => name === stream)) return undefined;
    return readFileSync(this.#pathOf(stream), 'utf8').split('\n').flatMap(parse);
  }

  #pathOf(stream: string): string {
    return join(this.#folder, `${stream}${suffix}`);
  }

  #begin(path: string): number {
    mkdirSync(dirname(path), { recursive: true });
    return existsSync(path) ? statSync(path).size : 0;
  }
}

const suffix = '.jsonl';

function lineOf(message: string): string {
  return `${JSON.stringify({ timestamp: Date.now(), message })}\n`;
}

function parse(line: string): LogEvent[] {
  try {
    return line === '' ? [] : [JSON.parse(line) as LogEvent];
  } catch {
    return [];
  }
}
