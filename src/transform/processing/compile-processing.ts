import { BatchlineError } from '../../errors.ts';
import { parseMediaType } from '../../records/content-type.ts';
import type { DataProcessing } from '../../sagemaker-api/create-transform-job.ts';
import type { Assumptions } from '../assumptions.ts';
import { csvProcessing } from './csv-processing.ts';
import type { Filters } from './filters.ts';
import { type InferenceIds, withInferenceIds } from './inference-ids.ts';
import { compilePathFilter, type PathOptions } from './json-path-filter.ts';
import { jsonDocumentProcessing, jsonLinesProcessing } from './json-processing.ts';
import type { Processing } from './processing.ts';

export interface ProcessingOptions {
  readonly contentType: string | undefined;
  /** Without one, predictions are taken to be of the ContentType. */
  readonly accept: string | undefined;
  /** Default None. */
  readonly splitType?: string | undefined;
  /** Default None. */
  readonly assembleWith?: string | undefined;
  readonly assumptions: Pick<Assumptions, 'slice-end' | 'multi-range' | 'sort-keys'>;
  /** Default: none. */
  readonly inferenceIds?: InferenceIds | undefined;
}

/**
 * What a job's DataProcessing does to each mini-batch: InputFilter, the model, the join with the record as it was,
 * OutputFilter, and inference ids; undefined where that is nothing.
 * @throws BatchlineError JOB_FAILED for a path, or a combination of formats, that cannot work
 */
export function compileProcessing(config: DataProcessing, options: ProcessingOptions): Processing | undefined {
  const processing = compileFilters(config, options);
  const { inferenceIds, accept, contentType, assumptions } = options;
  if (!inferenceIds) return processing;
  const received = accept ?? contentType;
  const type = essenceOf(received);
  if (type === undefined || !types.includes(type)) {
    const needed = `GenerateInferenceId needs an Accept, or without one a ContentType, of ${types.join(', ')}`;
    throw new BatchlineError('JOB_FAILED', `${needed}, received ${received ?? 'none'}`);
  }
  const form = { csv: type === 'text/csv', sortKeys: assumptions['sort-keys'] === 'joined' };
  return withInferenceIds(processing, inferenceIds, form);
}

function compileFilters(config: DataProcessing, options: ProcessingOptions): Processing | undefined {
  const paths: PathOptions = {
    sliceEnd: options.assumptions['slice-end'],
    multiRange: options.assumptions['multi-range'],
  };
  const filters: Filters = {
    input: compilePathFilter(config.InputFilter ?? '$', paths),
    join: config.JoinSource === 'Input',
    output: compilePathFilter(config.OutputFilter ?? '$', paths),
  };
  if (filters.input.steps.length === 0 && !filters.join && filters.output.steps.length === 0) return undefined;
  const { splitType = 'None', assembleWith = 'None' } = options;
  const type = commonType(options);
  if (type === 'text/csv') {
    if (splitType === 'Line' && assembleWith === 'Line') return csvProcessing(filters);
    const received = `SplitType ${splitType} and AssembleWith ${assembleWith}`;
    throw unusable(`of text/csv needs SplitType Line and AssembleWith Line, received ${received}`);
  }
  if (splitType !== 'Line' && splitType !== 'None') {
    throw unusable(`of ${type} needs SplitType Line or None, received ${splitType}`);
  }
  const json = { ...filters, sortKeys: options.assumptions['sort-keys'] === 'joined' };
  const isDocument = type === 'application/json' && splitType === 'None';
  return isDocument ? jsonDocumentProcessing(json) : jsonLinesProcessing(json);
}

const types = ['text/csv', 'application/json', 'application/jsonlines'];

function commonType({ contentType, accept }: ProcessingOptions): string {
  const type = essenceOf(contentType);
  if (type === undefined || !types.includes(type)) {
    throw unusable(`needs a ContentType of ${types.join(', ')}, received ${contentType ?? 'none'}`);
  }
  if (accept !== undefined && essenceOf(accept) !== type) {
    throw unusable(`needs an Accept that equals the ContentType, ${type}, received ${accept}`);
  }
  return type;
}

function essenceOf(type: string | undefined): string | undefined {
  return type === undefined ? undefined : parseMediaType(type)?.essence;
}

function unusable(problem: string): BatchlineError {
  return new BatchlineError('JOB_FAILED', `DataProcessing ${problem}`);
}
