import type { Problem } from '../../step.ts';
import { failure, hint } from '../findings.ts';
import type { Ruled } from './ruled.ts';

const mostMegabytes = 100;
const defaultMegabytes = 6;

/** How records are cut, sent and put together. */
export function jobRules({ launch: { job, createModel } }: Ruled): Problem[] {
  const { MaxPayloadInMB: payload, MaxConcurrentTransforms: concurrency = 0, BatchStrategy: strategy } = job;
  const { SplitType: split = 'None', ContentType: type } = job.TransformInput;
  const { AssembleWith: assemble = 'None' } = job.TransformOutput;
  const problems: Problem[] = [];
  if (payload === undefined && concurrency * defaultMegabytes > mostMegabytes) {
    problems.push(
      hint(
        `MaxConcurrentTransforms is ${concurrency}, and with MaxPayloadInMB's default of ${defaultMegabytes} that is over the ${mostMegabytes} MB that both together may be (set MaxPayloadInMB to ${Math.floor(mostMegabytes / concurrency)} or less)`,
      ),
    );
  }
  if (strategy !== undefined && split === 'None') {
    problems.push(
      hint(
        `BatchStrategy ${strategy} has no effect with SplitType None, which sends each object whole (set SplitType Line for records on lines)`,
      ),
    );
  }
  if (split === 'Line' && assemble === 'None') {
    problems.push(
      hint(
        'AssembleWith is None with SplitType Line: replies are put together without a newline between them (set AssembleWith Line, unless each reply ends with one)',
      ),
    );
  }
  if (split === 'None' && assemble === 'Line') {
    problems.push(
      hint(
        'AssembleWith Line with SplitType None only adds a newline to the one reply of each object (set AssembleWith None, or SplitType Line)',
      ),
    );
  }
  if (type === undefined) {
    problems.push(
      hint(
        'TransformInput.ContentType is not set: what the container is told then is not documented (set it, for example to application/jsonlines)',
      ),
    );
  }
  return [...problems, ...wrongTags('CreateTransformJob', job.Tags), ...wrongTags('CreateModel', createModel.Tags)];
}

function wrongTags(request: string, tags: readonly { readonly Key: string }[] = []): Problem[] {
  const keys = tags.map(({ Key }) => Key);
  const wrong = keys.filter((key, index) => keys.indexOf(key) !== index || /^aws:/i.test(key));
  return wrong.map((key) =>
    failure(
      `${request}.Tags: ${JSON.stringify(key)} ${/^aws:/i.test(key) ? "begins with aws:, which is AWS's own" : 'is there twice'} (each key once, and none of AWS's)`,
    ),
  );
}
