import type { InputObject, ObjectResult } from '../job.ts';

/** Each has used up its retries, which takes some ten seconds. */
const mostInARow = 10;

/**
 * Notices that nothing answers any more: then the objects that are left are not tried, because each would fail alike
 * after all its retries, and thousands of them after hours. `--resume` scores them when the outage is over.
 */
export class Outage {
  #inARow = 0;
  #reason = '';

  /** To be told of each object that was tried. */
  noted(result: ObjectResult): ObjectResult {
    const { status, unreachable, reason = '' } = result;
    if (unreachable) this.#reason = reason;
    if (unreachable) this.#inARow += 1;
    else if (status === 'Completed') this.#inARow = 0;
    return result;
  }

  /** The result of an object that is not tried; undefined as long as all are. */
  resultOf({ name, object }: InputObject): ObjectResult | undefined {
    if (this.#inARow < mostInARow) return undefined;
    const reason = `not tried, because ${mostInARow} objects in a row could not be reached; the last: ${this.#reason}`;
    const nothing = { inputBytes: object.bytes, outputBytes: 0, outputLines: 0 };
    return { key: name, status: 'Failed', reason, kind: 'InternalServerError', unreachable: true, ...nothing };
  }
}
