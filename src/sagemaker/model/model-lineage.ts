import { createHash } from 'node:crypto';
import { DescribeModelCommand, ListTagsCommand } from '@aws-sdk/client-sagemaker';
import { callAws } from '../aws-call.ts';
import type { LaunchLineage } from '../results/launch-lineage.ts';
import type { Step } from '../step.ts';
import { canonical } from './model-request.ts';

/** What a model is made of, by its description and the tags that a launch gives it; of a job, whoever created it. */
export async function modelLineage(
  name: string,
  { clients, signal }: Pick<Step, 'clients' | 'signal'>,
): Promise<Omit<LaunchLineage, 'batchline' | 'jobArn' | 'settingsHash'>> {
  const about = `model ${name}`;
  const describe = { operation: 'DescribeModel', action: 'sagemaker:DescribeModel', about };
  const command = new DescribeModelCommand({ ModelName: name });
  const model = await callAws(describe, () => clients.sagemaker.send(command, { abortSignal: signal }), signal);
  const containers = model.Containers ?? (model.PrimaryContainer ? [model.PrimaryContainer] : []);
  const parts = containers.map(({ Image, ModelDataUrl, Environment = {} }) => ({ Image, ModelDataUrl, Environment }));
  const tags = await tagsOf(model.ModelArn, { clients, signal });
  const listed = (values: readonly (string | undefined)[]) => values.filter((value) => value).join(', ') || undefined;
  return {
    image: listed(parts.map(({ Image }) => Image)),
    modelUrl: listed(parts.map(({ ModelDataUrl }) => ModelDataUrl)),
    modelHash: createHash('sha256').update(canonical(parts)).digest('hex'),
    modelSource: tags.get('batchline:model-source'),
    gitCommit: tags.get('batchline:git'),
    modelArn: model.ModelArn,
  };
}

/** Tags are for reading only: without the permission to, or the service, the lineage has less in it. */
async function tagsOf(
  arn: string | undefined,
  { clients, signal }: Pick<Step, 'clients' | 'signal'>,
): Promise<ReadonlyMap<string | undefined, string | undefined>> {
  const command = new ListTagsCommand({ ResourceArn: arn });
  const call = { operation: 'ListTags', action: 'sagemaker:ListTags', about: String(arn) };
  const send = () => clients.sagemaker.send(command, { abortSignal: signal });
  const found = await callAws(call, send, signal).catch(() => undefined);
  signal.throwIfAborted();
  return new Map(found?.Tags?.map(({ Key, Value }) => [Key, Value]));
}
