import { ecrOf, parseImageReference } from '../image/image-reference.ts';
import { containersOf } from '../launch-file/read-launch-file.ts';
import type { IamOptions } from './iam-options.ts';
import { partitionOf } from './iam-options.ts';

/** The ECR repositories of a launch, by ARN. */
export interface Repositories {
  /** Where the image is pushed to; undefined when it is in a registry already. */
  readonly own: string | undefined;
  /** Where images are pulled from, the own among them. */
  readonly pulled: readonly string[];
}

/** A registry that is not ECR stands for it, as in tests. */
export function repositories(options: IamOptions): Repositories {
  const { image, createModel } = options.launch;
  const existing = image?.existing === undefined ? undefined : ecrArn(options, image.existing);
  const own = image && !existing ? ownArn(options, image.registry, image.repository) : undefined;
  const named = containersOf(createModel).flatMap(({ Image }) => (Image ? (ecrArn(options, Image) ?? []) : []));
  return { own, pulled: [...(own ? [own] : []), ...(existing ? [existing] : []), ...named] };
}

function ownArn(options: IamOptions, registry: string | undefined, repository: string): string {
  const { account, region } = (registry && ecrOf(registry)) || options;
  return arn(options, { account, region, repository });
}

/** Undefined for an image that is not in ECR. */
function ecrArn(options: IamOptions, image: string): string | undefined {
  const { host, repository } = parseImageReference(image);
  const registry = host === undefined ? undefined : ecrOf(host);
  return registry && arn(options, { ...registry, repository });
}

function arn(
  options: IamOptions,
  { account, region, repository }: { account: string; region: string; repository: string },
): string {
  return `arn:${partitionOf(options)}:ecr:${region}:${account}:repository/${repository}`;
}
