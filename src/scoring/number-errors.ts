import type { ScoredBlock } from './messages.ts';

/**
 * Writes the record numbers into a block's error lines: workers cannot know them, because nobody knows how many records
 * the blocks before hold until those are scored.
 * @param before records of the request before this block
 */
export function numberErrors(block: ScoredBlock, before: number): Uint8Array {
  if (block.errorOffsets.length === 0) return block.output;
  const numbers = block.errorIndexes.map((index) => Buffer.from(String(before + index + 1)));
  const numbered = Buffer.allocUnsafe(numbers.reduce((sum, digits) => sum + digits.length, block.output.length));
  let read = 0;
  let write = 0;
  for (const [i, digits] of numbers.entries()) {
    const offset = block.errorOffsets[i] as number;
    numbered.set(block.output.subarray(read, offset), write);
    write += offset - read;
    numbered.set(digits, write);
    write += digits.length;
    read = offset;
  }
  numbered.set(block.output.subarray(read), write);
  return numbered;
}
