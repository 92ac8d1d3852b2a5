/** What commander makes of the options of command.ts; which of them there are depends on the command. */
export interface LaunchFlags {
  readonly file: string;
  readonly set: readonly string[];
  readonly profile?: string;
  readonly region?: string;
  readonly json?: boolean;
  readonly debug?: boolean;
  readonly image?: string;
  readonly rebuild?: boolean;
  /** False for --no-network-isolation. */
  readonly networkIsolation?: boolean;
  readonly inspect?: 'sample' | 'all' | 'none';
  readonly dryRun?: boolean;
  readonly resume?: boolean;
  /** False for --no-wait. */
  readonly wait?: boolean;
  readonly cleanup?: boolean;
  readonly logs?: boolean;
  readonly poll?: number;
  readonly prices?: string;
}
