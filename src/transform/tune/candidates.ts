import type { TunedSettings } from './tune.ts';

export interface CandidateOptions {
  readonly cores: number;
  /** Of the sample, newline included, in bytes: smaller payloads would fail. */
  readonly longestRecordBytes: number;
  /** Whether the container is batchline's own server, whose workers can be chosen. */
  readonly ownServer: boolean;
}

const payloads = [1, 3, 6, 12, 25, 50, 100];
/** The API's rule for MaxConcurrentTransforms × MaxPayloadInMB. */
const mostMegabytes = 100;
const mebibyte = 1024 * 1024;

/** The settings worth trying, those with the same number of workers together, because another number is another server. */
export function candidatesFor({ cores, longestRecordBytes, ownServer }: CandidateOptions): TunedSettings[] {
  const concurrencies = [...new Set([1, 2, 4, cores, 2 * cores])].sort((a, b) => a - b);
  const workers = ownServer ? [...new Set([cores, Math.max(1, cores - 1)])] : [undefined];
  return workers.flatMap((count) =>
    payloads
      .filter((megabytes) => megabytes * mebibyte >= longestRecordBytes)
      .flatMap((maxPayloadInMB) =>
        concurrencies
          .filter((concurrency) => concurrency * maxPayloadInMB <= mostMegabytes)
          .map((maxConcurrentTransforms) => ({
            maxPayloadInMB,
            maxConcurrentTransforms,
            ...(count === undefined ? {} : { workers: count }),
          })),
      ),
  );
}
