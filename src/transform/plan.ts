import { contentTypeOf } from './content-type.ts';
import type { TransformJob } from './job.ts';
import type { InputObject } from './select-objects.ts';
import type { ChosenSettings } from './settings.ts';
import { megabytes } from './summary.ts';

/** What `--dry-run` shows. */
export interface Plan {
  /** Where the requests go: a container's address, or the model that a server is started for. */
  readonly container: { readonly url: string } | { readonly model: string };
  readonly objects: readonly (InputObject & { readonly contentType: string })[];
  readonly bytes: number;
  readonly splitType: TransformJob['splitType'];
  readonly settings: ChosenSettings;
  readonly timeoutSeconds: number;
  readonly maxRetries: number;
}

export function makePlan(
  objects: readonly InputObject[],
  { contentType, ...rest }: Omit<Plan, 'objects' | 'bytes'> & { readonly contentType: string | undefined },
): Plan {
  const typed = objects.map((object) => ({ ...object, contentType: contentType ?? contentTypeOf(object.key) }));
  return { ...rest, objects: typed, bytes: objects.reduce((sum, { bytes }) => sum + bytes, 0) };
}

export function planText({ container, objects, bytes, splitType, settings, ...rest }: Plan): string {
  const { from } = settings;
  const unanswered = 'model' in container ? ', unless the server asks for another value when it has started' : '';
  const origin = (key: keyof typeof from): string => (from[key] === 'default' ? `default${unanswered}` : from[key]);
  return `${[
    'url' in container ? `container                 ${container.url}` : `server for the model      ${container.model}`,
    `objects                   ${objects.length}, ${megabytes(bytes)}`,
    `SplitType                 ${splitType}`,
    `BatchStrategy             ${settings.batchStrategy} (${origin('batchStrategy')})`,
    `MaxPayloadInMB            ${settings.maxPayloadInMB} (${origin('maxPayloadInMB')})`,
    `MaxConcurrentTransforms   ${settings.maxConcurrentTransforms} (${origin('maxConcurrentTransforms')})`,
    `timeout, retries          ${rest.timeoutSeconds} s, ${rest.maxRetries}`,
    '',
    ...objects.map((item) => `${item.key} (${item.bytes} bytes, ${item.contentType}) → ${item.outputPath}`),
  ].join('\n')}\n`;
}
