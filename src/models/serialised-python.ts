import { open } from 'node:fs/promises';
import { BatchlineError } from '../errors.ts';

/**
 * Recognises a pickle or joblib file, which only Python can load and nobody should: loading one runs any code it holds.
 * @throws BatchlineError INVALID_MODEL with the way to export such a model
 */
export async function refuseSerialisedPython(file: string): Promise<void> {
  if (!(await isSerialisedPython(file))) return;
  throw new BatchlineError(
    'INVALID_MODEL',
    [
      `${file}: a pickle or joblib file; it holds Python code, which batchline does not run. Export the model from Python instead:`,
      '  tf-idf or hashing + linear model (scikit-learn): write model.json and weights.bin as in the README, "A linear-text model"',
      '  anything else: a handler, code/inference.mjs, as in the README, "Your own code"',
    ].join('\n'),
  );
}

/** Pickle protocols 2 to 5 begin with 0x80 and the protocol; joblib may compress them with zlib or gzip. */
async function isSerialisedPython(file: string): Promise<boolean> {
  const named = /\.(pkl|pickle|joblib)(\.gz|\.z)?$/i.test(file);
  const head = await readHead(file);
  const [first = 0, second = 0] = head;
  const pickled = first === 0x80 && second >= 2 && second <= 5;
  const zlib = first === 0x78 && (second === 0x01 || second === 0x9c || second === 0xda);
  const gzip = first === 0x1f && second === 0x8b;
  return pickled || (named && (zlib || gzip || first === 0x28));
}

async function readHead(file: string): Promise<Uint8Array> {
  try {
    const handle = await open(file);
    try {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(2), 0, 2, 0);
      return buffer.subarray(0, bytesRead);
    } finally {
      await handle.close();
    }
  } catch {
    return new Uint8Array(); // a folder, or unreadable: somebody else's message
  }
}
