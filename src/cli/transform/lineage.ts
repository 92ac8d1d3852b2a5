import type { InputObject, JobResult } from '../../transform/job.ts';
import { dataVersion, type Lineage } from '../../transform/report/lineage.ts';
import type { PipelineContainer } from '../../transform/transform-run.ts';
import { gitCommit, ownVersion } from '../versions.ts';

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
