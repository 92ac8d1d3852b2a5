import type { CreateTransformJobRequest } from '../../sagemaker-api/create-transform-job.ts';
import { count, megabytes, plural } from '../../transform/report/figures.ts';
import type { FinishOptions } from './finish-options.ts';
import type { JobObject } from './job-objects.ts';
import type { ObjectOutcome, Outcome } from './outcome.ts';
import { formOf } from './read-object.ts';
import type { ReadJudged } from './read-outputs.ts';

/** What became of a job, by what was found of its objects. @param late objects that came after the job had begun */
export function summariseObjects(
  read: readonly ReadJudged[],
  late: readonly JobObject[],
  options: FinishOptions,
): Omit<Outcome, 'files' | 'cost'> {
  const { job, request } = options;
  const objects = read.map((one) => outcomeOf(one, options));
  const missing = read.filter(({ isMissing }) => isMissing).length;
  const mismatched = read.filter(({ facts }) => facts?.isMismatched);
  const failure =
    job.failureReason ?? failureOf(objects, { missing, mismatched: options.linesMayDiffer ? 0 : mismatched.length });
  const isFailed = job.status === 'Failed' || (job.status === 'Completed' && failure !== undefined);
  return {
    status: isFailed ? 'Failed' : job.status,
    ...(failure === undefined ? {} : { failureReason: failure }),
    objects,
    missing,
    mismatched: mismatched.length,
    ...countsOf(read, options),
    problems: problemsOf(read, late, request),
  };
}

function outcomeOf(one: ReadJudged, { job, explanation, linesMayDiffer = false }: FinishOptions): ObjectOutcome {
  const { input, written, facts, isEarlier, record, isChanged } = one;
  const { name, object, output } = input;
  const said = one.isMissing
    ? explanation?.objects.find(({ object: about }) => about === name)?.lines.join('\n')
    : undefined;
  const reason = said || (facts?.isMismatched ? mismatchOf(facts) : (one.reason ?? one.unread));
  const madeBy = isEarlier ? record?.job : written && job.name;
  return {
    key: name,
    status: statusOf(one, job.status, linesMayDiffer),
    ...(reason ? { reason } : {}),
    inputBytes: object.bytes,
    ...(isChanged ? {} : { inputEtag: object.etag }),
    ...(written
      ? { output: output.store.root + output.key, outputBytes: written.bytes, outputEtag: written.etag }
      : {}),
    ...(facts?.inputLines === undefined ? {} : { inputLines: facts.inputLines }),
    ...(facts?.outputLines === undefined ? {} : { outputLines: facts.outputLines, errorRecords: facts.errorLines }),
    ...(madeBy === undefined ? {} : { job: madeBy }),
  };
}

function statusOf(
  { isEarlier, isMissing, facts }: ReadJudged,
  job: Outcome['status'],
  linesMayDiffer: boolean,
): ObjectOutcome['status'] {
  if (isMissing) return job === 'Stopped' ? 'Stopped' : 'Failed';
  if (facts?.isMismatched && !linesMayDiffer) return 'Failed';
  return isEarlier ? 'Resumed' : 'Completed';
}

function mismatchOf({ inputLines = 0, outputLines = 0 }: NonNullable<ReadJudged['facts']>): string {
  return `its output has ${plural(outputLines, 'line')}, expected ${count(inputLines)}, as many as the object has`;
}

/** Why a job that completed for the service did not for us. */
function failureOf(
  objects: readonly ObjectOutcome[],
  { missing, mismatched }: { missing: number; mismatched: number },
): string | undefined {
  if (missing + mismatched === 0) return undefined;
  const first = objects.find(({ status }) => status === 'Failed');
  const what = [
    missing > 0 ? `${count(missing)} of ${plural(objects.length, 'object')} without an output` : '',
    mismatched > 0 ? `${count(mismatched)} with an output of another number of lines` : '',
  ].filter(Boolean);
  return `${what.join(', ')}: ${first?.key}: ${first?.reason}`;
}

/** What was counted in the outputs; else, if the job made all of them, what its containers logged. */
function countsOf(
  read: readonly ReadJudged[],
  { request, job }: FinishOptions,
): Pick<Outcome, 'records' | 'errorRecords'> {
  const form = formOf(request);
  const present = read.filter(({ written }) => written !== undefined);
  const isRead = present.every(({ facts }) => facts?.outputLines !== undefined);
  const sum = (of: (facts: NonNullable<ReadJudged['facts']>) => number): number =>
    present.reduce((total, { facts }) => total + (facts ? of(facts) : 0), 0);
  const logged = read.some(({ isEarlier }) => isEarlier) ? undefined : job.counted;
  const records = isRead && form.isLineForLine ? sum(({ outputLines = 0 }) => outputLines) : logged?.records;
  const errors = isRead && form.isLines && !isProcessed(request) ? sum(({ errorLines }) => errorLines) : logged?.errors;
  return {
    ...(records === undefined ? {} : { records }),
    ...(errors === undefined ? {} : { errorRecords: errors }),
  };
}

/** Whether outputs hold something else than the container's lines: error lines cannot be told in them. */
function isProcessed({ DataProcessing }: CreateTransformJobRequest): boolean {
  return DataProcessing?.JoinSource === 'Input' || (DataProcessing?.OutputFilter ?? '$') !== '$';
}

function problemsOf(
  read: readonly ReadJudged[],
  late: readonly JobObject[],
  request: CreateTransformJobRequest,
): string[] {
  const problems: string[] = [];
  const add = (names: readonly string[], text: (objects: string) => string): void => {
    const more = names.length > 1 ? ` and ${plural(names.length - 1, 'other object')}` : '';
    if (names.length > 0) problems.push(text(`${names[0]}${more}`));
  };
  const namesOf = (which: (one: ReadJudged) => boolean): string[] => read.filter(which).map(({ input }) => input.name);
  add(
    late.map(({ name }) => name),
    (objects) => `${objects}: put there after the job began, and not scored; --resume scores what has no output`,
  );
  add(
    namesOf(({ isChanged, isMissing }) => isChanged && !isMissing),
    (objects) =>
      `${objects}: written again after the job began; it is not known which version was scored, --resume scores it anew`,
  );
  add(
    namesOf(({ unread }) => unread !== undefined),
    (objects) =>
      `${objects}: could not be read, so its lines were not counted: ${read.find(({ unread }) => unread)?.unread}`,
  );
  const moved = read.find(({ input, written }) => input.isElsewhere && written)?.input;
  add(
    namesOf(({ input, written }) => input.isElsewhere === true && written !== undefined),
    (objects) =>
      `${objects}: the output has another name than expected: ${moved?.output.store.root}${moved?.output.key}`,
  );
  const cut = read.filter(({ written, facts }) => written && facts && facts.outputLines === undefined);
  if (cut.length > 0) {
    const all = read.reduce((sum, { written }) => sum + (written?.bytes ?? 0), 0);
    problems.push(
      `the outputs are ${megabytes(all)}, of which the beginnings were read: lines of ${plural(cut.length, 'output')} were not counted, and errors.jsonl has the error lines of the beginnings alone`,
    );
  }
  if (isProcessed(request) && formOf(request).isLines) {
    problems.push('error lines cannot be told in outputs that are joined or filtered: errors.jsonl has none of those');
  }
  return problems;
}
