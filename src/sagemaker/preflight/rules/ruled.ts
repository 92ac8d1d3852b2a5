import type { Launch } from '../../launch-file/launch.ts';

/** What the rules are about. */
export interface Ruled {
  readonly launch: Launch;
  readonly clients: { readonly region: string };
  readonly identity: { readonly account: string };
  /** Given where the image is batchline's own, whose rules are known then. */
  readonly loadModel?: unknown;
}
