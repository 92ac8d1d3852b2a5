import { duration, megabytes } from './figures.ts';
import { type Html, html } from './html.ts';
import type { Report } from './report-json.ts';
import { facts, table } from './table.ts';

const origins = {
  job: 'the job',
  container: 'the container (/execution-parameters)',
  default: "SageMaker's default",
} as const;

/** The settings in force, and where each comes from. @param unnamedType what stands for a ContentType that the job does not name */
export function settingsSection(
  { settings, request }: Pick<Report, 'settings' | 'request'>,
  unnamedType: SettingRow[1] = ['by extension', "batchline's default"],
): Html {
  const {
    TransformInput: input,
    TransformOutput: output,
    TransformResources: resources,
    DataProcessing: processing,
  } = request;
  const asked = (value: string | number | undefined, otherwise: string): [string | number, string] =>
    value === undefined ? [otherwise, origins.default] : [value, origins.job];
  const { InvocationsTimeoutInSeconds: timeout, InvocationsMaxRetries: retries } = request.ModelClientConfig ?? {};
  const rows: SettingRow[] = [
    ...(settings ? batchRows(settings) : askedRows(request)),
    ['SplitType', asked(input.SplitType, 'None')],
    ['CompressionType', asked(input.CompressionType, 'None')],
    ['ContentType', input.ContentType === undefined ? unnamedType : [input.ContentType, origins.job]],
    ['Accept', asked(output.Accept, 'none')],
    ['AssembleWith', asked(output.AssembleWith, 'None')],
    ['InputFilter', asked(processing?.InputFilter, '$')],
    ['JoinSource', asked(processing?.JoinSource, 'None')],
    ['OutputFilter', asked(processing?.OutputFilter, '$')],
    ['InvocationsTimeoutInSeconds', asked(timeout, '600')],
    ['InvocationsMaxRetries', asked(retries, '3')],
    ['Instances', [`${resources.InstanceCount} × ${resources.InstanceType}`, origins.job]],
  ];
  return html`<section><h2>Settings in force</h2>
${table(rows, [
  { name: 'Setting', of: ([name]) => name },
  { name: 'Value', of: ([, [value]]) => html`<code>${value}</code>`, kind: 'key' },
  { name: 'From', of: ([, [, origin]]) => origin },
])}
</section>`;
}

type SettingRow = [name: string, [value: string | number, origin: string]];

/** Those that the job, the container or SageMaker decides. */
function batchRows({ from, ...settings }: NonNullable<Report['settings']>): SettingRow[] {
  const size = settings.maxPayloadInMB === 0 ? '0 (no limit)' : settings.maxPayloadInMB;
  return [
    ['MaxConcurrentTransforms', [settings.maxConcurrentTransforms, origins[from.maxConcurrentTransforms]]],
    ['MaxPayloadInMB', [size, origins[from.maxPayloadInMB]]],
    ['BatchStrategy', [settings.batchStrategy, origins[from.batchStrategy]]],
  ];
}

/** What the job asks for, where it is not known what came of the rest. */
function askedRows(request: Report['request']): SettingRow[] {
  return (['MaxConcurrentTransforms', 'MaxPayloadInMB', 'BatchStrategy'] as const).flatMap((name): SettingRow[] => {
    const value = request[name];
    return value === undefined ? [] : [[name, [value, origins.job]]];
  });
}

/** Memory and CPU time. */
export function useSection({ use }: Report): Html {
  const bytes = (value: number | undefined): string => (value === undefined ? 'not known' : megabytes(value));
  const seconds = (value: number | undefined): string => (value === undefined ? 'not known' : duration(value));
  return html`<section><h2>Memory and CPU</h2>
${facts([
  ["Server's peak memory (RSS)", bytes(use.serverPeakBytes)],
  ["Runner's peak memory (RSS)", bytes(use.runnerPeakBytes)],
  ["Server's CPU time", seconds(use.serverCpuSeconds)],
  ["Runner's CPU time", seconds(use.runnerCpuSeconds)],
  ['Cores of this machine', use.cores],
])}
</section>`;
}

/** What made the outputs: enough to make them again, or to see that something has changed. */
export function lineageSection({ lineage, request }: Report): Html {
  const code = (text: string | undefined): Html | undefined =>
    text === undefined ? undefined : html`<code>${text}</code>`;
  const { S3Uri } = request.TransformInput.DataSource.S3DataSource;
  return html`<section><h2>Lineage</h2>
${facts([
  ['Input', code(S3Uri)],
  ['Output', code(request.TransformOutput.S3OutputPath)],
  ['Model', code(lineage.model ?? request.ModelName)],
  ['Model hash', code(lineage.modelHash)],
  ['Data version', code(lineage.dataVersion)],
  ['Settings hash', code(lineage.settingsHash)],
  ['Image digest', code(lineage.imageDigest)],
  ['Git commit', code(lineage.gitCommit)],
  ['batchline', code(lineage.batchline)],
])}
<details><summary>The job as a CreateTransformJob request</summary><pre>${JSON.stringify(request, undefined, 2)}</pre></details>
</section>`;
}
