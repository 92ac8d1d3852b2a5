import {
  CreateRepositoryCommand,
  type CreateRepositoryCommandInput,
  DescribeRepositoriesCommand,
  GetLifecyclePolicyCommand,
  PutLifecyclePolicyCommand,
} from '@aws-sdk/client-ecr';
import { awsCode, callAws } from '../aws-call.ts';
import type { ImageStep } from './image-step.ts';

/** Makes the repository if there is none, and its lifecycle rule if one is asked for. */
export async function ensureRepository(step: ImageStep): Promise<void> {
  if (!(await repositoryExists(step))) await createRepository(step);
  if (step.image.keepImages !== undefined) await ensureLifecycleRule(step, step.image.keepImages);
}

export async function repositoryExists(step: ImageStep): Promise<boolean> {
  const { clients, signal, image } = step;
  const command = new DescribeRepositoriesCommand({ repositoryNames: [image.repository] });
  try {
    await callAws(
      callOf(step, 'DescribeRepositories'),
      () => clients.ecr.send(command, { abortSignal: signal }),
      signal,
    );
    return true;
  } catch (error) {
    if (awsCode(error) === 'RepositoryNotFoundException') return false;
    throw error;
  }
}

/**
 * Tags can be moved, although those of contents are only where an image is built again (`rebuild`) and got another base:
 * models name images by digest, which nothing moves.
 */
export function createRepositoryRequest({ image }: ImageStep): CreateRepositoryCommandInput {
  return {
    repositoryName: image.repository,
    imageScanningConfiguration: { scanOnPush: image.scanOnPush },
    imageTagMutability: 'MUTABLE',
  };
}

async function createRepository(step: ImageStep): Promise<void> {
  const { clients, signal } = step;
  const command = new CreateRepositoryCommand(createRepositoryRequest(step));
  try {
    await callAws(callOf(step, 'CreateRepository'), () => clients.ecr.send(command, { abortSignal: signal }), signal);
  } catch (error) {
    // Somebody else was faster, or a reply was lost.
    if (awsCode(error) !== 'RepositoryAlreadyExistsException') throw error;
  }
}

const ruleDescription = 'batchline: keep the newest images';

export function lifecycleRule(keepImages: number): string {
  const selection = { tagStatus: 'any', countType: 'imageCountMoreThan', countNumber: keepImages };
  const rule = { rulePriority: 1, description: ruleDescription, selection, action: { type: 'expire' } };
  return JSON.stringify({ rules: [rule] });
}

/** A policy that is not ours is left as it is: PutLifecyclePolicy would replace all of it. */
async function ensureLifecycleRule(step: ImageStep, keepImages: number): Promise<void> {
  const { clients, signal, image, tell } = step;
  const wanted = lifecycleRule(keepImages);
  const found = await currentPolicy(step);
  if (found !== undefined && sameJson(found, wanted)) return;
  if (found !== undefined && !isOurs(found)) {
    const message = `${image.repository}: the repository has a lifecycle policy of its own, which stays as it is; keepImages is not applied`;
    tell({ event: 'note', message });
    return;
  }
  const command = new PutLifecyclePolicyCommand({ repositoryName: image.repository, lifecyclePolicyText: wanted });
  await callAws(callOf(step, 'PutLifecyclePolicy'), () => clients.ecr.send(command, { abortSignal: signal }), signal);
}

async function currentPolicy(step: ImageStep): Promise<string | undefined> {
  const { clients, signal, image } = step;
  const command = new GetLifecyclePolicyCommand({ repositoryName: image.repository });
  try {
    const send = () => clients.ecr.send(command, { abortSignal: signal });
    return (await callAws(callOf(step, 'GetLifecyclePolicy'), send, signal)).lifecyclePolicyText;
  } catch (error) {
    if (awsCode(error) === 'LifecyclePolicyNotFoundException') return undefined;
    throw error;
  }
}

function isOurs(policy: string): boolean {
  const { rules = [] } = JSON.parse(policy) as { rules?: { description?: string }[] };
  return rules.length === 1 && rules[0]?.description === ruleDescription;
}

/** ECR may write members in another order. */
function sameJson(a: string, b: string): boolean {
  const sorted = (text: string): string =>
    JSON.stringify(JSON.parse(text), (_, value: unknown) =>
      value !== null && typeof value === 'object' && !Array.isArray(value)
        ? Object.fromEntries(Object.entries(value).sort())
        : value,
    );
  return sorted(a) === sorted(b);
}

function callOf({ image }: ImageStep, operation: string): { operation: string; action: string; about: string } {
  return { operation, action: `ecr:${operation}`, about: image.repository };
}
