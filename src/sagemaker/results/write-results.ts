import { messageOf } from '../../errors.ts';
import { writeObject } from '../../storage/write-object.ts';
import { folderUri } from '../../transform/select/output-place.ts';
import type { FinishOptions } from './finish-options.ts';
import type { Inspected } from './inspect-outputs.ts';
import { makeLaunchReport } from './launch-report.ts';
import { launchReportHtml } from './launch-report-html.ts';
import { writeLineage } from './lineage-file.ts';
import { lineageOf } from './lineage-of.ts';
import type { Outcome } from './outcome.ts';
import { ownFiles } from './own-files.ts';

/** Writes what was found beside the outputs. One file that cannot be written does not keep the others. */
export async function writeResults(outcome: Outcome, inspected: Inspected, options: FinishOptions): Promise<Outcome> {
  const { request, openStore, tell, signal } = options;
  const folder = folderUri(request.TransformOutput.S3OutputPath);
  const files = [...outcome.files];
  const problems = [...outcome.problems];
  const attempt = async (name: string, write: (uri: string) => Promise<unknown>): Promise<void> => {
    try {
      await write(`${folder}${name}`);
      files.push(`${folder}${name}`);
    } catch (error) {
      signal.throwIfAborted();
      problems.push(`${name} was not written: ${messageOf(error)}`);
    }
  };
  const put = async (uri: string, content: string): Promise<void> => {
    const { store, key } = openStore(uri);
    await writeObject(store, key, [Buffer.from(content)], { signal });
  };
  const report = makeLaunchReport(outcome, inspected, options);
  // Of a job whose objects could not be listed, an earlier lineage says more.
  if (outcome.objects.length > 0) {
    await attempt(ownFiles.lineage, () => writeLineage(lineageOf(outcome, options), { request, openStore }, signal));
  }
  await attempt(ownFiles.report, (uri) => put(uri, `${JSON.stringify(report, undefined, 2)}\n`));
  await attempt(ownFiles.page, async (uri) => put(uri, await launchReportHtml(report)));
  for (const uri of files) tell({ event: 'written', message: `written: ${uri}`, details: { uri } });
  return { ...outcome, files, problems };
}
