import { count, megabytes } from './figures.ts';
import { type Html, html } from './html.ts';
import type { Report } from './report-json.ts';
import { table } from './table.ts';

const objectsShown = 50;

/** Error lines by code with the first places, and what was tried again. */
export function errorSection({
  errors,
  retries,
  totals,
}: Pick<Report, 'errors' | 'retries'> & { totals: Pick<Report['totals'], 'errorRecords' | 'failed'> }):
  | Html
  | undefined {
  const located = errors.reduce((sum, error) => sum + error.count, 0);
  const unlocated = (totals.errorRecords ?? 0) - located;
  const lost = totals.failed > 0 && unlocated < 0 ? -unlocated : 0;
  if (located === 0 && unlocated <= 0 && retries.length === 0) return undefined;
  return html`<section><h2>Errors</h2>
${
  located === 0
    ? undefined
    : table(errors, [
        { name: 'Code', of: ({ code }) => html`<code>${code}</code>` },
        { name: 'Records', of: (error) => count(error.count), kind: 'number' },
        { name: 'First places', of: (error) => error.places.slice(0, 5).map(placeHtml), kind: 'key' },
      ])
}
${unlocated > 0 ? html`<p class="soft">${count(unlocated)} more error records are in replies that are not lines.</p>` : undefined}
${lost > 0 ? html`<p class="soft">${count(lost)} of them are in objects that failed, and have no output.</p>` : undefined}
${
  retries.length === 0
    ? undefined
    : html`<h3>Retries</h3>${table(retries, [
        { name: 'Requests', of: (retry) => count(retry.count), kind: 'number' },
        { name: 'Tried again because', of: ({ why }) => why, kind: 'key' },
      ])}`
}
</section>`;
}

function placeHtml({ object, line, message }: Report['errors'][number]['places'][number]): Html {
  return html`<div>${object}:${line}${message === undefined ? undefined : html` <span class="soft">${message}</span>`}</div>`;
}

type ShownObject = Pick<
  Report['objects'][number],
  'key' | 'status' | 'reason' | 'inputBytes' | 'records' | 'errorRecords'
> & {
  readonly outputLines?: number;
};

/** Failures with their reasons first. */
export function objectSection({
  objects,
  objectsLeftOut,
}: {
  readonly objects: readonly ShownObject[];
  readonly objectsLeftOut: number;
}): Html {
  const shown = objects.slice(0, objectsShown);
  const more = objects.length - shown.length + objectsLeftOut;
  return html`<section><h2>Objects</h2>
${table(shown, [
  {
    name: 'Object',
    of: ({ key, reason }) =>
      html`${shortened(key)}${reason === undefined ? undefined : html`<div class="Failed">${reason}</div>`}`,
    kind: 'key',
  },
  { name: 'Status', of: ({ status }) => html`<span class="${status}">${status}</span>` },
  { name: 'Input', of: ({ inputBytes }) => megabytes(inputBytes), kind: 'number' },
  { name: 'Records', of: ({ records }) => count(records), kind: 'number' },
  { name: 'Error lines', of: ({ errorRecords }) => count(errorRecords), kind: 'number' },
  { name: 'Output lines', of: ({ outputLines }) => count(outputLines), kind: 'number' },
])}
${more > 0 ? html`<p class="soft">and ${count(more)} more; failures, then objects with error lines, come first.</p>` : undefined}
</section>`;
}

/** The end of a key says more than its beginning. */
function shortened(key: string): string {
  return key.length > 160 ? `${key.slice(0, 40)}…${key.slice(-110)}` : key;
}
