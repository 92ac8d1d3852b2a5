/** Whole mini-batches of an object, in bytes: `[start, end)`. */
export interface Shard {
  readonly start: number;
  readonly end: number;
}

export interface ShardOptions {
  /** Of the object. */
  readonly bytes: number;
  /** How large a shard becomes at least, but for the last. */
  readonly shardBytes: number;
  /** The payload limit; Infinity where every record is a mini-batch of its own. */
  readonly maxBytes: number;
  /** The object's bytes from an offset to another. */
  readonly read: (start: number, end: number) => AsyncIterable<Buffer>;
}

const newline = 0x0a;
/** Records are rarely longer; a longer one costs a second look. */
const firstLook = 16 * 1024;

/**
 * Cuts an object of lines where MultiRecord cuts it anyway, so that its shards are sent in the very mini-batches that the
 * whole would be. Reads only the surroundings of each cut.
 */
export async function* shardsOf(options: ShardOptions): AsyncGenerator<Shard> {
  const { bytes, shardBytes, maxBytes } = options;
  let start = 0;
  while (start < bytes) {
    let end = start;
    while (end < bytes && end - start < shardBytes) {
      end = maxBytes === Infinity ? await lineEnd(end, shardBytes, options) : await miniBatchEnd(end, options);
    }
    yield { start, end };
    start = end;
  }
}

/** Behind the last newline that fits. A record that is too large ends the shards: whoever sends it says what is wrong. */
async function miniBatchEnd(start: number, options: ShardOptions): Promise<number> {
  const { bytes, maxBytes } = options;
  if (bytes - start <= maxBytes) return bytes;
  return (await lastLineEnd(start, start + maxBytes, options)) ?? bytes;
}

/** Behind some newline about `step` on. */
async function lineEnd(start: number, step: number, options: ShardOptions): Promise<number> {
  for (let size = step; start + size < options.bytes; size *= 2) {
    const end = await lastLineEnd(start, start + size, options);
    if (end !== undefined) return end;
  }
  return options.bytes;
}

/** Behind the last newline of `[start, end)`; undefined without one. Looks at the end first. */
async function lastLineEnd(start: number, end: number, { read }: ShardOptions): Promise<number | undefined> {
  for (let look = firstLook, seen = end; seen > start; look *= 8) {
    const from = Math.max(start, end - look);
    let position = from;
    let found: number | undefined;
    for await (const chunk of read(from, seen)) {
      const at = chunk.lastIndexOf(newline);
      if (at >= 0) found = position + at + 1;
      position += chunk.length;
    }
    if (found !== undefined) return found;
    seen = from;
  }
  return undefined;
}
