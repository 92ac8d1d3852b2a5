import { compareBytes, keyText } from './json-keys.ts';
import type { JsonSpans, Span } from './json-spans.ts';

/**
 * A record with its prediction, compact, a character for each byte: an object gains SageMakerOutput, which replaces a
 * member of that name; of anything else an object is made, with SageMakerInput beside it.
 * Source: API reference, DataProcessing, JoinSource.
 * @param prediction JSON text, compact
 */
export function joinJson(record: Span, prediction: string, { spans, sortKeys }: JoinOptions): string {
  if (spans.typeOf(record) !== 'object') {
    return `{"SageMakerInput":${spans.compact(record)},"SageMakerOutput":${prediction}}`;
  }
  const texts = new Map<string, string>();
  for (const [key, value] of spans.members(record)) texts.set(key, spans.compact(value));
  texts.set('SageMakerOutput', prediction);
  const members = sortKeys ? [...texts].sort(([a], [b]) => compareBytes(a, b)) : [...texts];
  return `{${members.map(([key, text]) => `${keyText(key)}:${text}`).join(',')}}`;
}

export interface JoinOptions {
  readonly spans: JsonSpans;
  /** As was observed of the service: in the order of their bytes, with and without inference ids. Of the outermost object. */
  readonly sortKeys: boolean;
}
