/** What became of one object. */
export interface ObjectOutcome {
  /** `bucket/key`. */
  readonly key: string;
  /** Resumed: its output was made by an earlier job. */
  readonly status: 'Completed' | 'Resumed' | 'Failed' | 'Stopped';
  /** Why it has no valid output, or what is to be known of it. */
  readonly reason?: string;
  readonly inputBytes: number;
  /** Undefined if the object was changed after the job began: nobody knows which bytes were scored. */
  readonly inputEtag?: string;
  /** URI of its output; of an object that has none, or an older one, undefined. */
  readonly output?: string;
  readonly outputBytes?: number;
  readonly outputEtag?: string;
  /** Where they were counted. */
  readonly inputLines?: number;
  readonly outputLines?: number;
  /** Error lines that were found in the output; undefined where it was not read to its end. */
  readonly errorRecords?: number;
  /** The job that made the output, if it is known. */
  readonly job?: string;
}

/** What a job cost: the instances, from TransformStartTime to TransformEndTime. */
export interface JobCost {
  readonly amount: number;
  readonly currency: string;
  /** Of all instances together. */
  readonly billedSeconds: number;
  /** Of one instance. */
  readonly perHour: number;
}

/** What finishing a job found and wrote. */
export interface Outcome {
  /** The job's, or Failed where outputs of a Completed job are missing or too short. */
  readonly status: 'Completed' | 'Failed' | 'Stopped';
  readonly failureReason?: string;
  readonly objects: readonly ObjectOutcome[];
  /** Objects without an output of this job or a valid earlier one. */
  readonly missing: number;
  /** Objects whose output has more or fewer lines than they have. */
  readonly mismatched: number;
  /** Undefined where they were not counted. */
  readonly records?: number;
  readonly errorRecords?: number;
  /** Undefined where times or the instance type's price are not known. */
  readonly cost?: JobCost;
  /** URIs of what was written: errors.jsonl, report.json, report.html, lineage.json. */
  readonly files: readonly string[];
  /** What to look at; each says what, where and what to do. */
  readonly problems: readonly string[];
}
