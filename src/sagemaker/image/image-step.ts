import type { ImageSettings } from '../launch-file/launch.ts';
import type { Identity, Step } from '../step.ts';

export interface ImageStep extends Step {
  readonly image: ImageSettings;
  readonly identity: Identity;
  /** Builds again even if the registry has the tag, as for a base image that has been pulled anew. */
  readonly rebuild?: boolean;
}
