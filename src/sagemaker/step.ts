import type { OpenStore } from '../storage/open-store.ts';
import type { AwsClients } from './clients.ts';
import type { Tell } from './tell.ts';

/** What every step of a launch works with. */
export interface Step {
  readonly clients: AwsClients;
  readonly openStore: OpenStore;
  readonly tell: Tell;
  readonly signal: AbortSignal;
}

/** Who makes the calls, by STS. */
export interface Identity {
  /** Twelve digits. */
  readonly account: string;
  readonly arn: string;
}

/** A call that would be made; `--dry-run` prints it. */
export interface PlannedCall {
  /** `ecr.CreateRepository`; of a program, its name. */
  readonly call: string;
  /** The request, or the program's arguments. */
  readonly body: unknown;
  /** Why, or on what condition. */
  readonly about?: string;
}

/** Something that a launch would trip over, or had better know. */
export interface Problem {
  readonly severity: 'failure' | 'hint';
  /** What, where, expected, received, remedy. */
  readonly message: string;
}
