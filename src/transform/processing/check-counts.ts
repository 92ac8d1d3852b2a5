import { countLines } from './lines.ts';
import { ProcessingError } from './processing-error.ts';

/** Records and predictions are told apart by their places alone, so that one too few would shift all that follow. */
export function checkCounts(miniBatch: Buffer, reply: Buffer): void {
  const records = countLines(miniBatch);
  const predictions = countLines(reply);
  if (records === predictions) return;
  const counts = `expected as many lines as the mini-batch has, ${records}, received ${predictions}`;
  throw new ProcessingError(() => `Failed to join the output with the input: ${counts}`);
}
