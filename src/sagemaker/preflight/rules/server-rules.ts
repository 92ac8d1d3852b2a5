import { readSettings, settingsTable } from '../../../config.ts';
import { BatchlineError, messageOf } from '../../../errors.ts';
import { assertAcceptable } from '../../../records/accept.ts';
import { parseContentType } from '../../../records/content-type.ts';
import { containersOf } from '../../launch-file/read-launch-file.ts';
import type { Problem } from '../../step.ts';
import { failure, hint } from '../findings.ts';
import type { Ruled } from './ruled.ts';

const defaultTimeoutSeconds = 600;

/** What batchline's own server will refuse, once the job has started and is paid for. */
export function serverRules({ launch: { job, createModel }, loadModel }: Ruled): Problem[] {
  if (loadModel === undefined) return [];
  const models = containersOf(createModel).filter(({ Image }) => Image === undefined);
  const environment = { ...models[0]?.Environment, ...job.Environment };
  const { ContentType, SplitType: split = 'None' } = job.TransformInput;
  const problems = [
    ...refused('Environment', () => readSettings({ ...environment })),
    ...refused('TransformInput.ContentType', () =>
      parseContentType(ContentType, environment[settingsTable.defaultContentType.env]),
    ),
    ...refused('TransformOutput.Accept', () => assertAcceptable(job.TransformOutput.Accept)),
  ];
  if (split === 'RecordIO' || split === 'TFRecord') {
    problems.push(
      failure(`SplitType ${split}: batchline's server reads JSON, JSON lines and CSV (set SplitType Line or None)`),
    );
  }
  return problems.length > 0 ? problems : slowRecords(job.ModelClientConfig, environment);
}

function refused(member: string, check: () => unknown): Problem[] {
  try {
    check();
    return [];
  } catch (error) {
    if (!(error instanceof BatchlineError)) throw error;
    return [failure(`${member}: batchline's server would refuse it: ${messageOf(error)}`)];
  }
}

/** A record that hangs becomes an error line only if the server still has time to say so. */
function slowRecords(
  { InvocationsTimeoutInSeconds: seconds = defaultTimeoutSeconds }: Ruled['launch']['job']['ModelClientConfig'] = {},
  environment: Readonly<Record<string, string>>,
): Problem[] {
  const { recordTimeoutMs } = readSettings({ ...environment });
  if (recordTimeoutMs > 0 && recordTimeoutMs < seconds * 1000) return [];
  const name = settingsTable.recordTimeoutMs.env;
  const limit = recordTimeoutMs === 0 ? 'unlimited (0)' : `${recordTimeoutMs} ms`;
  return [
    hint(
      `InvocationsTimeoutInSeconds is ${seconds}, and ${name} is ${limit}: a record that hangs would fail its whole object instead of becoming an error line (set ${name} to less than ${seconds * 1000})`,
    ),
  ];
}
