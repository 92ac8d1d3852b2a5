import { lifecycleRule } from '../image/repository.ts';
import type { ImageSettings } from '../launch-file/launch.ts';
import { optionOf, type TemplatePart } from './template-part.ts';

/** The repository as a launch would make it, so that either finds the other's right. */
export function templateRepository({ repository, scanOnPush, keepImages }: ImageSettings): TemplatePart {
  const id = 'Repository';
  const about = `Whether to make the repository ${repository}; no if it is there already`;
  return {
    optional: { [optionOf(id)]: about },
    resources: {
      [id]: {
        Type: 'AWS::ECR::Repository',
        Condition: `${optionOf(id)}Too`,
        DeletionPolicy: 'Retain',
        UpdateReplacePolicy: 'Retain',
        Properties: {
          RepositoryName: repository,
          ImageScanningConfiguration: { ScanOnPush: scanOnPush },
          ImageTagMutability: 'MUTABLE',
          ...(keepImages === undefined ? {} : { LifecyclePolicy: { LifecyclePolicyText: lifecycleRule(keepImages) } }),
        },
      },
    },
    outputs: { RepositoryName: { Description: 'In launch.yaml: image.repository', Value: repository } },
  };
}
