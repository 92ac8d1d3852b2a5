import { contentTypeOf } from '../content-type.ts';

import type { Instance } from '../instance.ts';
import { type ContainerReply, countsOf, type ReplyCounts } from '../invoking/reply.ts';
import type { InputObject } from '../job.ts';
import type { ObjectOutput } from './object-output.ts';
import { readInput } from './read-input.ts';
import { inSlot, type RangeCounts, type Run } from './transform-range.ts';

/** One chunked request, from store to store (MaxPayloadInMB 0); a retry starts both anew. */
export async function transformStream(
  input: InputObject,
  instance: Instance,
  output: ObjectOutput,
  run: Run & { readonly signal: AbortSignal },
): Promise<RangeCounts> {
  const { job, counters, observer, signal } = run;
  let sent = 0;
  const body = async function* (): AsyncGenerator<Buffer> {
    counters.bytes -= sent;
    sent = 0;
    for await (const chunk of readInput(input, job, { signal })) {
      yield chunk;
      sent += chunk.length;
      counters.bytes += chunk.length;
    }
  };
  const read = async (reply: ContainerReply): Promise<ReplyCounts | undefined> => {
    await output.restart();
    for await (const piece of reply) await output.lines.append([piece]);
    return countsOf(reply);
  };
  const invocation = { body, key: input.name, contentType: job.contentType ?? contentTypeOf(input.name) };
  const { reply: counts, milliseconds } = await inSlot({ run, instance, signal, object: input.name }, () =>
    instance.invoker.invoke(invocation, read, signal),
  );
  if (job.assembleWith === 'Line') await output.lines.endLine(job.assumptions['assemble-line'] === 'always');
  observer.onMiniBatch?.({
    object: input.name,
    instance: instance.number,
    inputBytes: sent,
    outputBytes: output.lines.bytes,
    milliseconds,
    ...(counts ? { records: counts.records, errorRecords: counts.errors } : {}),
    reply: [],
  });
  return { records: counts?.records, errorRecords: counts?.errors };
}
