import { BatchlineError } from '../../errors.ts';
import type { Assumptions } from '../assumptions.ts';
import { cutLines } from './line-options.ts';
import type { Cut } from './mini-batch.ts';
import { manyRecordIo, singleRecordIo } from './record-io.ts';
import { manyTfRecords, singleTfRecords } from './tf-record.ts';
import { wholeObject } from './whole-object.ts';

export interface CutOptions {
  /** Default None. */
  readonly splitType: string | undefined;
  /** Without effect where SplitType is None. Default MultiRecord. */
  readonly batchStrategy: string | undefined;
  readonly assumptions: Pick<Assumptions, 'terminator' | 'blank-lines'>;
}

/** The way to cut objects into mini-batches. @throws BatchlineError INVALID_SETTING for a name that there is not */
export function cutFor({ splitType = 'None', batchStrategy = 'MultiRecord', assumptions }: CutOptions): Cut {
  const many = cuts(assumptions).get(splitType);
  if (many === undefined) throw unknown('SplitType', splitType, 'None, Line, RecordIO or TFRecord');
  const cut = many.get(batchStrategy);
  if (cut === undefined) throw unknown('BatchStrategy', batchStrategy, 'MultiRecord or SingleRecord');
  return cut;
}

function cuts(assumptions: CutOptions['assumptions']): Map<string, Map<string, Cut>> {
  const both = (many: Cut, single: Cut) => new Map([['MultiRecord', many] as const, ['SingleRecord', single] as const]);
  return new Map([
    ['None', both(wholeObject, wholeObject)],
    ['Line', both(cutLines('MultiRecord', assumptions), cutLines('SingleRecord', assumptions))],
    ['RecordIO', both(manyRecordIo, singleRecordIo)],
    ['TFRecord', both(manyTfRecords, singleTfRecords)],
  ]);
}

function unknown(field: string, received: string, expected: string): BatchlineError {
  return new BatchlineError('INVALID_SETTING', `${field}: expected ${expected}, received ${JSON.stringify(received)}`);
}
