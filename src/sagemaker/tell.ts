/** What happens during a launch, in the order of its steps; `--json` prints them, the README lists them. */
export const launchEvents = {
  preflight: 'The checks are done: who you are, what will be scored, what was found.',
  plan: '`--dry-run`: a call of an API that would be made, with its body.',
  'image.build': 'The image is being built.',
  'image.push': 'The image is being pushed.',
  image: 'The image is in the registry; `reference` names it by digest, `built` and `pushed` say what was done.',
  archive: 'The model archive is on S3 at `url`; `uploaded` says whether it was sent now.',
  model: 'The model exists; `created` says whether it was made now.',
  shard: 'Large objects have been cut for the instances, or their outputs put together.',
  job: 'The transform job has been created.',
  progress: 'State of the job: `status`, `seconds`, `objectsDone`, `objects`, `records`, `errors`, `cost`.',
  log: '`--logs`: a line of the job’s logs.',
  ended: 'The job has ended; `status`, and `failureReason` of one that failed.',
  cause: 'What the logs say about a failure, and what to do.',
  call: '`--debug`: a call of AWS, or of a program, and what came of it.',
  note: 'Something to know.',
  written: 'A file was written beside the outputs.',
  done: 'The result of the command.',
} as const;
export type LaunchEventName = keyof typeof launchEvents;

/** What a step tells of itself. `message` is for people, `details` for programs; neither ever holds a secret. */
export interface LaunchEvent {
  readonly event: LaunchEventName;
  readonly message: string;
  readonly details?: Readonly<Record<string, unknown>>;
}

export type Tell = (event: LaunchEvent) => void;
