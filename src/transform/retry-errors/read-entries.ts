import { z } from 'zod';
import { BatchlineError, messageOf } from '../../errors.ts';
import type { OpenStore } from '../../storage/open-store.ts';
import type { ErrorEntry } from '../objects/error-entries.ts';
import { wholeLines } from '../objects/lines-of.ts';

// In the order in which they are written, and are written again.
const entry = z.object({
  object: z.string(),
  line: z.int().min(1),
  code: z.string(),
  message: z.string(),
  offset: z.int().min(0),
  sha256: z.string().length(64),
});

/**
 * The lines of an errors.jsonl by object, each object's in the order of its lines.
 * @throws BatchlineError INVALID_INPUT if there is no such file or a line of it is not one of ours
 */
export async function readEntries(
  uri: string,
  openStore: OpenStore,
  signal: AbortSignal,
): Promise<Map<string, ErrorEntry[]>> {
  const { store, key } = openStore(uri);
  const found = await store.head(key, signal);
  if (!found) throw invalid(`${uri} does not exist: there is nothing to score again`);
  const byObject = new Map<string, ErrorEntry[]>();
  let number = 0;
  for await (const lines of wholeLines(store.read(found, { signal }))) {
    for (const line of lines.toString('utf8').trimEnd().split('\n')) {
      number += 1;
      const parsed = parse(line, `${uri}: line ${number}`);
      const entries = byObject.get(parsed.object) ?? [];
      if (entries.length === 0) byObject.set(parsed.object, entries);
      entries.push(parsed);
    }
  }
  for (const entries of byObject.values()) entries.sort((a, b) => a.line - b.line);
  return byObject;
}

function parse(line: string, where: string): ErrorEntry {
  try {
    return entry.parse(JSON.parse(line));
  } catch (error) {
    const why = error instanceof z.ZodError ? z.prettifyError(error) : messageOf(error);
    throw invalid(`${where}: expected a line of errors.jsonl: ${why}`);
  }
}

function invalid(message: string): BatchlineError {
  return new BatchlineError('INVALID_INPUT', `--retry-errors: ${message}`);
}
