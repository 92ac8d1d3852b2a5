const newline = 0x0a;

/**
 * The lines of the first bytes, whole; of a line that is longer than they are, as much as it takes to see that no request
 * can hold it. The rest of the source is not read.
 */
export async function* firstLines(
  chunks: AsyncIterable<Buffer>,
  { bytes, longest }: { readonly bytes: number; readonly longest: number },
): AsyncGenerator<Buffer> {
  let taken = 0;
  let begun: Buffer[] = [];
  let begunBytes = 0;
  for await (const chunk of chunks) {
    taken += chunk.length;
    const end = chunk.lastIndexOf(newline) + 1;
    // Copied, because whoever is given the lines may use up their memory.
    const rest = Buffer.from(chunk.subarray(end));
    if (end > 0) {
      yield* begun;
      begun = [];
      begunBytes = 0;
      yield chunk.subarray(0, end);
    }
    if (rest.length > 0) begun.push(rest);
    begunBytes += rest.length;
    const isLine = begunBytes < taken;
    if (taken > bytes && (isLine || begunBytes > longest)) {
      if (!isLine) yield* begun;
      return;
    }
  }
  yield* begun;
}
