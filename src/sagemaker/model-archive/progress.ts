import type { Tell } from '../tell.ts';

/** Nothing is said of what takes less. */
const intervalMs = 2000;

/** Passes content on, and tells every two seconds how far it is. */
export async function* withProgress(
  content: AsyncIterable<Buffer>,
  { tell, what, of, now = performance.now.bind(performance) }: ProgressOptions,
): AsyncGenerator<Buffer> {
  let bytes = 0;
  let told = now();
  for await (const piece of content) {
    bytes += piece.length;
    yield piece;
    if (now() - told < intervalMs) continue;
    told = now();
    tell({
      event: 'archive',
      message: `${what}: ${megabytes(Math.min(bytes, of))} of ${megabytes(of)} MB`,
      details: { bytes, of },
    });
  }
}

export interface ProgressOptions {
  readonly tell: Tell;
  /** The beginning of what is told. */
  readonly what: string;
  /** How many bytes there will be, about. */
  readonly of: number;
  /** Milliseconds of a clock. */
  readonly now?: () => number;
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(1);
}
