import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import type { InputObject, JobResult } from '../../transform/job.ts';
import { dataVersion, type Lineage } from '../../transform/report/lineage.ts';
import type { PipelineContainer } from '../../transform/transform-run.ts';

/** What made the outputs of a job. */
export async function lineageOf(
  { fingerprint }: JobResult,
  { inputs, pipeline }: { inputs: readonly InputObject[]; pipeline: readonly PipelineContainer[] },
): Promise<Lineage> {
  const images = pipeline.flatMap(({ spec }) => (spec.kind === 'image' ? spec.image : []));
  const models = pipeline.flatMap(({ spec }) => (spec.kind !== 'url' && spec.model !== undefined ? spec.model : []));
  return {
    batchline: await ownVersion(),
    imageDigest: images.length > 0 ? images.join(', ') : undefined,
    model: models.length > 0 ? models.join(', ') : undefined,
    modelHash: fingerprint.model,
    settingsHash: fingerprint.settings,
    dataVersion: dataVersion(inputs.map(({ name, object }) => ({ name, etag: object.etag }))),
    gitCommit: await gitCommit(),
  };
}

/** From package.json, which stands as far above the sources as above what is built of them. */
async function ownVersion(): Promise<string> {
  const text = await readFile(new URL('../../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}

async function gitCommit(): Promise<string | undefined> {
  try {
    const { stdout } = await promisify(execFile)('git', ['rev-parse', 'HEAD'], { timeout: 2000 });
    return stdout.trim();
  } catch {
    return undefined; // not a repository, or no git
  }
}
