import type { Launch } from '../launch-file/launch.ts';
import type { Identity, Step } from '../step.ts';

/** What is asked about a role, and who asks. */
export interface RoleOptions extends Pick<Step, 'clients' | 'signal'> {
  readonly launch: Launch;
  readonly identity: Identity;
  /** ExecutionRoleArn. */
  readonly arn: string;
}
