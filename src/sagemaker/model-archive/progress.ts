import type { Tell } from '../tell.ts';

/** Nothing is said of what takes less. */
const intervalMs = 2000;

export interface ProgressOptions {
  readonly tell: Tell;
  /** The beginning of what is told. */
  readonly what: string;
  /** How many bytes there will be, about; undefined: nobody knows. */
  readonly of?: number;
  /** Milliseconds of a clock. */
  readonly now?: () => number;
}

/** Passes content on, and tells every two seconds how far it is. */
export async function* withProgress(content: AsyncIterable<Buffer>, options: ProgressOptions): AsyncGenerator<Buffer> {
  const passed = byteProgress(options);
  for await (const piece of content) {
    yield piece;
    passed(piece.length);
  }
}

/** What is to be called with the bytes that have passed since the last call. */
export function byteProgress({
  tell,
  what,
  of = Number.NaN,
  now = () => performance.now(),
}: ProgressOptions): (more: number) => void {
  let bytes = 0;
  let told = now();
  return (more) => {
    bytes += more;
    if (now() - told < intervalMs) return;
    told = now();
    const isKnown = !Number.isNaN(of);
    const message = isKnown
      ? `${what}: ${megabytes(Math.min(bytes, of))} of ${megabytes(of)} MB`
      : `${what}: ${megabytes(bytes)} MB`;
    tell({ event: 'archive', message, details: { bytes, ...(isKnown ? { of } : {}) } });
  };
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(1);
}
