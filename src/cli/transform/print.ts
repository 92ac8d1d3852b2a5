import { settingsIn, settingsOf } from '../../transform/instance.ts';
import type { JobResult } from '../../transform/job.ts';
import { makePlan, planText } from '../../transform/plan.ts';
import { firstLines } from '../../transform/preview.ts';
import { chooseSettings } from '../../transform/settings.ts';
import { summarise, summaryText } from '../../transform/summary.ts';
import type { PreparedRun, TransformRunOptions } from '../../transform/transform-run.ts';
import type { Flags } from './flags.ts';

/** What --dry-run shows. */
export async function printPlan({ inputs }: PreparedRun, options: TransformRunOptions, flags: Flags): Promise<number> {
  const { request, pipeline } = options;
  const [first] = pipeline;
  const { signal } = new AbortController();
  const url = first?.spec.kind === 'url' ? first.spec.url : undefined;
  const settings = url ? await settingsOf({ url }, options, signal) : chooseSettings(settingsIn(request), {});
  const plan = makePlan({ inputs, request, pipeline, settings });
  process.stdout.write(flags.json ? json(plan) : planText(plan));
  return 0;
}

/** The result, and the first lines of the outputs; for people the result is not data, so it goes to stderr. */
export async function printResult(
  result: JobResult,
  { flags, files }: { flags: Flags; files: readonly string[] },
): Promise<void> {
  const summary = summarise(result);
  const outputs = result.objects.flatMap(({ output }) => (output && !output.startsWith('s3://') ? output : []));
  const preview = await firstLines(outputs, flags.preview);
  if (!flags.json) {
    process.stderr.write(summaryText(summary, files));
    process.stdout.write(preview);
    return;
  }
  const lines = flags.preview > 0 ? { preview: preview.toString('utf8').split('\n').slice(0, flags.preview) } : {};
  process.stdout.write(json({ ...summary, files, ...lines }));
}

function json(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}
