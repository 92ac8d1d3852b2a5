import { plural } from '../../transform/report/figures.ts';
import type { Cause } from './causes/find-causes.ts';
import type { FailedObject } from './data-log.ts';

/** Why a job failed, as far as FailureReason and the logs tell. */
export interface Explanation {
  /** The most telling first. */
  readonly causes: readonly Cause[];
  /** The last data-log messages of each failed object, of the first 50. */
  readonly objects: readonly FailedObject[];
  /** How many more objects failed. */
  readonly moreObjects?: number;
  /** Where no object is known to have failed: what a container wrote last. */
  readonly containerLines?: readonly string[];
}

/** An explanation for people, without a newline at its end; empty if there is nothing to say. */
export function explanationText({ causes, objects, moreObjects = 0, containerLines = [] }: Explanation): string {
  const failed = objects.map(({ object, lines }) => [`${object} failed:`, ...lines.map(indented)].join('\n'));
  const more = moreObjects > 0 ? [`${plural(moreObjects, 'more object')} failed`] : [];
  const last =
    containerLines.length > 0 ? [['the container wrote last:', ...containerLines.map(indented)].join('\n')] : [];
  const why = causes.map(({ what, remedy, evidence }) => {
    const because = evidence === undefined ? [] : [indented(`seen: ${evidence}`)];
    return [`likely cause: ${what}`, ...because, indented(`what to do: ${remedy}`)].join('\n');
  });
  return [...failed, ...more, ...last, ...why].join('\n');
}

function indented(line: string): string {
  return `  ${line}`;
}
