import type { Cut, MiniBatch } from '../../../src/transform/splitting/mini-batch.ts';

/** What is wrong with a cut shows in the bodies, and in the sizes they claim. */
export async function bodies(cut: Cut, chunks: readonly (string | Buffer)[], maxBytes = Infinity): Promise<Buffer[]> {
  return (await batches(cut, chunks, maxBytes)).map(({ body }) => Buffer.concat(body));
}

export async function texts(cut: Cut, chunks: readonly (string | Buffer)[], maxBytes = Infinity): Promise<string[]> {
  return (await bodies(cut, chunks, maxBytes)).map((body) => body.toString());
}

export async function batches(cut: Cut, chunks: readonly (string | Buffer)[], maxBytes: number): Promise<MiniBatch[]> {
  const all: MiniBatch[] = [];
  for await (const batch of cut(source(chunks), maxBytes)) {
    const bytes = Buffer.concat(batch.body).length;
    if (bytes !== batch.bytes) throw new Error(`the body has ${bytes} bytes, the mini-batch says ${batch.bytes}`);
    all.push(batch);
  }
  return all;
}

export async function* source(chunks: readonly (string | Buffer)[]): AsyncGenerator<Buffer> {
  for (const chunk of chunks) yield Buffer.from(chunk);
}

export function inChunksOf(bytes: Buffer, size: number): Buffer[] {
  return Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) => bytes.subarray(i * size, (i + 1) * size));
}
