import type { InputFacts, InspectSettings, Place } from './facts.ts';
import type { Problem } from './problems.ts';

/** The result for people: what was found, worst first, then what is in the input. */
export function inspectionText(facts: InputFacts, problems: readonly Problem[], settings: InspectSettings): string {
  const failures = problems.filter(({ severity }) => severity === 'failure').length;
  const warnings = problems.filter(({ severity }) => severity === 'warning').length;
  const verdict =
    failures > 0
      ? `This job would fail: ${plural(failures, 'problem')}${warnings > 0 ? `, ${plural(warnings, 'warning')}` : ''}.`
      : warnings > 0
        ? `This job would run, with ${plural(warnings, 'warning')}.`
        : 'Nothing to trip over.';
  return `${[...problems.flatMap(problemLines), ...factLines(facts, settings), '', verdict].join('\n')}\n`;
}

function problemLines({ severity, message, remedy, places, count }: Problem): string[] {
  const shown = places.map(placeText).filter((text) => text !== '');
  const more =
    count > shown.length && shown.length > 1 ? [`    … ${(count - shown.length).toLocaleString('en')} more`] : [];
  return [
    `${severity.toUpperCase()}  ${message}`,
    ...shown.map((text) => `    ${text}`),
    ...more,
    `    → ${remedy}`,
    '',
  ];
}

function placeText({ object, line, why }: Place): string {
  const where = object === undefined ? [] : [line === undefined ? printable(object) : `${printable(object)}:${line}`];
  return [...where, ...(why === undefined ? [] : [why])].join(': ');
}

function factLines(facts: InputFacts, { splitType, batchStrategy, maxPayloadInMB }: InspectSettings): string[] {
  const { objects, bytes, contentBytes, records, longest, miniBatches, contentTypes, columns } = facts;
  const unpacked = contentBytes === bytes ? '' : `, ${megabytes(contentBytes)} unpacked`;
  const about = splitType === 'None' || batchStrategy === 'SingleRecord' || miniBatches <= objects ? '' : 'about ';
  const size = maxPayloadInMB === 0 ? 'of any size' : `of up to ${maxPayloadInMB} MiB`;
  const widths = Object.keys(columns);
  return [
    `objects        ${objects.toLocaleString('en')}, ${megabytes(bytes)}${unpacked}`,
    `content type   ${Object.entries(contentTypes)
      .map(([type, count]) => (count === objects ? type : `${type} (${count})`))
      .join(', ')}`,
    `records        ${records.toLocaleString('en')}${widths.length === 1 ? `, ${widths[0]} columns` : ''}`,
    ...(longest
      ? [`longest        ${longest.bytes.toLocaleString('en')} bytes, ${printable(longest.object)}:${longest.line}`]
      : []),
    `mini-batches   ${about}${miniBatches.toLocaleString('en')} (SplitType ${splitType}, ${batchStrategy}, ${size})`,
  ];
}

/** A key may hold anything; a terminal must not obey it. */
function printable(key: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is to be replaced
  return key.replace(/[\u0000-\u001f\u007f-\u009f]/g, '\uFFFD');
}

function plural(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? '' : 's'}`;
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
