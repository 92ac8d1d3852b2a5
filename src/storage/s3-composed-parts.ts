import type { ObjectRange } from './object-store.ts';

/** Of a multipart upload: one range that S3 copies by itself, or ranges that have to be read and sent. */
export interface ComposedPart {
  readonly isCopied: boolean;
  readonly ranges: readonly ObjectRange[];
}

const mebibyte = 1024 * 1024;
/** S3's rule for every part but the last. */
const smallestPart = 5 * mebibyte;
/** S3 takes parts of up to 5 GiB, but copies them one by one at some 100 MB/s; several small ones go side by side. */
const largestCopy = 256 * mebibyte;
/** S3's limit is 10,000 parts; these are for what is sent, as many again for what is copied. */
const parts = 4000;

/**
 * Divides what an object is made of into parts: as much as possible is copied, and what is sent is kept in memory, up to
 * 10 MiB a part (of objects over 20 GB, that are made of smaller pieces still, up to 1/2000 of the object).
 */
export function composedParts(pieces: readonly ObjectRange[]): ComposedPart[] {
  const total = pieces.reduce((sum, { start, end }) => sum + end - start, 0);
  const least = Math.max(smallestPart, Math.ceil(total / parts));
  const most = Math.max(largestCopy, 2 * least);
  const composed: ComposedPart[] = [];
  let sent: ObjectRange[] = [];
  let missing = 0;
  const flush = (): void => {
    if (sent.length > 0) composed.push({ isCopied: false, ranges: sent });
    sent = [];
  };
  for (const piece of pieces) {
    let { start } = piece;
    const { end } = piece;
    if (start >= end) continue;
    if (sent.length > 0) {
      // What is left of the piece must be a part by itself, or there must be nothing left of it.
      const taken = end - start < missing + least ? end : start + missing;
      sent.push({ ...piece, start, end: taken });
      missing -= taken - start;
      if (missing <= 0) flush();
      start = taken;
    }
    if (start >= end) continue;
    if (end - start >= least) composed.push(...copies({ ...piece, start }, most));
    else {
      sent = [{ ...piece, start }];
      missing = least - (end - start);
    }
  }
  flush();
  return composed;
}

/** Of about equal size, so that none is too small for a part. */
function copies(range: ObjectRange, most: number): ComposedPart[] {
  const bytes = range.end - range.start;
  const count = Math.ceil(bytes / most);
  const at = (index: number): number => range.start + Math.floor((bytes * index) / count);
  return Array.from({ length: count }, (_, index) => ({
    isCopied: true,
    ranges: [{ ...range, start: at(index), end: at(index + 1) }],
  }));
}
