import type { CreateTransformJobRequest } from './create-transform-job.ts';
import { checkFilterCharacters } from './filter-characters.ts';
import { invalidRequest } from './parse-request.ts';

const supported = ['text/csv', 'application/json', 'application/jsonlines'];

/**
 * The rules between DataProcessing and the rest of a job, from the developer guide's batch-transform-data-processing.
 * Filters of `$` and a join with None are no processing.
 * @throws BatchlineError INVALID_REQUEST
 */
export function checkDataProcessing(request: CreateTransformJobRequest): void {
  const { InputFilter: input = '$', OutputFilter: output = '$', JoinSource: join } = request.DataProcessing ?? {};
  if (input === '$' && output === '$' && join !== 'Input') return;
  const contentType = mediaType('ContentType', request.TransformInput.ContentType);
  checkFilterCharacters('InputFilter', input, contentType);
  checkFilterCharacters('OutputFilter', output, contentType);
  if (output !== '$' || join === 'Input' || request.TransformOutput.Accept !== undefined) {
    const accept = mediaType('Accept', request.TransformOutput.Accept);
    if (accept !== contentType) {
      throw invalidRequest(
        `DataProcessing needs the same Accept as ContentType: "${contentType}", received "${accept}"`,
      );
    }
  }
  if (contentType === 'text/csv') checkLines(request);
}

function mediaType(member: string, given: string | undefined): string {
  const type = given?.split(';', 1)[0]?.trim().toLowerCase();
  if (type !== undefined && supported.includes(type)) return type;
  const received = given === undefined ? 'none' : `"${given}"`;
  throw invalidRequest(`DataProcessing needs ${member} to be one of ${supported.join(', ')}; received ${received}`);
}

function checkLines({ TransformInput: input, TransformOutput: output }: CreateTransformJobRequest): void {
  if (input.SplitType === 'Line' && output.AssembleWith === 'Line') return;
  throw invalidRequest(
    `DataProcessing of text/csv needs SplitType and AssembleWith to be Line; received ${input.SplitType ?? 'None'} and ${output.AssembleWith ?? 'None'}`,
  );
}
