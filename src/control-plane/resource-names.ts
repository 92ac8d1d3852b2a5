/** Where the resources of this control plane are said to be. */
export interface Account {
  /** Twelve digits. */
  readonly account: string;
  readonly region: string;
}

export type ResourceKind = 'model' | 'transform-job';

/** The service writes names in lower case here, whatever they are elsewhere. */
export function arnOf({ account, region }: Account, kind: ResourceKind, name: string): string {
  return `arn:aws:sagemaker:${region}:${account}:${kind}/${name.toLowerCase()}`;
}
