import { count, duration, megabytes, money, plural } from '../../transform/report/figures.ts';
import type { ObjectOutcome, Outcome } from './outcome.ts';

const mostObjects = 20;
const mostReason = 160;

/** The outcome for people: failures with their reasons, a line a fact, what was written, what to look at. */
export function outcomeText(outcome: Outcome): string {
  const { status, objects, failureReason, cost, files, problems } = outcome;
  const having = (wanted: ObjectOutcome['status']) => objects.filter((object) => object.status === wanted);
  const failed = having('Failed');
  const resumed = having('Resumed').length;
  const done = having('Completed').length + resumed;
  const bytes = objects.reduce((sum, { outputBytes = 0 }) => sum + outputBytes, 0);
  const lines = [
    ...failed
      .slice(0, mostObjects)
      .map(({ key, reason }) => `failed: ${key}${reason === undefined ? '' : `: ${brief(reason)}`}`),
    ...(failed.length > mostObjects ? [`failed: and ${count(failed.length - mostObjects)} more`] : []),
    ...(failureReason === undefined ? [] : [`${status}: ${brief(failureReason)}`]),
    `${status}: ${count(done)} of ${plural(objects.length, 'object')} with an output${resumed > 0 ? `, ${count(resumed)} of them by an earlier job` : ''}`,
    ...(outcome.records === undefined ? [] : [`  records      ${recordsText(outcome)}`]),
    ...(done === 0 ? [] : [`  outputs      ${megabytes(bytes)}`]),
    ...(cost ? [`  cost         ${money(cost.amount, cost.currency)}, ${duration(cost.billedSeconds)} billed`] : []),
    ...files.map((file) => `  written      ${file}`),
    ...problems.map((problem) => `note: ${problem}`),
    ...(done < objects.length ? ['To go on: the same command with --resume.'] : []),
  ];
  return `${lines.join('\n')}\n`;
}

/** The whole of it has been told when the job ended, and is in the report. */
function brief(reason: string): string {
  const lines = reason.split('\n').filter((line) => line !== '');
  const text = lines.slice(0, 2).join(': ');
  return text.length > mostReason || lines.length > 2 ? `${text.slice(0, mostReason)} …` : text;
}

function recordsText({ records, errorRecords }: Outcome): string {
  if (errorRecords === undefined) return count(records);
  return `${count(records)}, of which ${count(errorRecords)} are error lines`;
}
