import { createHash } from 'node:crypto';

/** What made the outputs. */
export interface Lineage {
  readonly batchline: string;
  /** Of the container, where it ran from an image. */
  readonly imageDigest?: string | undefined;
  /** `name@version` as the model calls itself. */
  readonly model?: string | undefined;
  /** SHA-256 of the containers and their model files. */
  readonly modelHash: string;
  /** SHA-256 of the settings that can change an output. */
  readonly settingsHash: string;
  /** See `dataVersion`. */
  readonly dataVersion: string;
  /** Of the working directory, if it is one of git. */
  readonly gitCommit?: string | undefined;
}

/** SHA-256 of the objects' names and etags, in their order: another one means that another input was scored. */
export function dataVersion(objects: Iterable<{ readonly name: string; readonly etag: string }>): string {
  const digest = createHash('sha256');
  for (const { name, etag } of objects) digest.update(JSON.stringify([name, etag])).update('\n');
  return digest.digest('hex');
}
