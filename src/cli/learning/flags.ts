/** What commander makes of the options of train. */
export interface TrainFlags {
  readonly params: string;
  readonly set: readonly string[];
  readonly output?: string;
  readonly variant?: number;
  readonly results?: string;
  readonly select?: string;
  readonly listVariants?: boolean;
  readonly workers: number;
  readonly json?: boolean;
}

/** The same of validate. */
export interface ValidateFlags {
  readonly params: string;
  readonly set: readonly string[];
  readonly model: string;
  readonly output: string;
  readonly baseline?: string;
  readonly json?: boolean;
}
