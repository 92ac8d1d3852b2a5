import type { CreateOptions, ObjectStore } from './object-store.ts';

/** Writes an object of what comes, or nothing at all. */
export async function writeObject(
  store: ObjectStore,
  key: string,
  content: AsyncIterable<Buffer> | Iterable<Buffer>,
  options: CreateOptions,
): Promise<void> {
  const writer = await store.create(key, options);
  try {
    for await (const piece of content) await writer.append([piece]);
    await writer.commit();
  } catch (error) {
    await writer.discard();
    throw error;
  }
}
