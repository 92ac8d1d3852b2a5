import { createHash } from 'node:crypto';
import type { CompletedPart } from '@aws-sdk/client-s3';
import { BatchlineError, messageOf } from '../errors.ts';
import type { CreateOptions } from './object-store.ts';
import { s3Code } from './s3-errors.ts';
import { keptWith } from './s3-kept-with.ts';
import { PartBuffer, partBytes } from './s3-parts.ts';
import type { S3Place } from './s3-place.ts';
import { plainPart } from './s3-plain-part.ts';
import { removeUnfinishedUploads, removeUpload } from './s3-uploads.ts';

/** How many parts may be under way. */
const partsAtOnce = 2;
/** Copies cost no memory here, and S3 makes each at some 100 MB/s. */
const copiesAtOnce = 8;
/** How long removing an upload may take, also when the job was stopped, which must not take longer than 5 s. */
const abortMs = 4000;
/** How much of it parts under way have to arrive. */
const graceMs = 1000;

/** Bytes that S3 has already; `end` is the byte after the last one. */
export interface CopiedPart {
  readonly bucket: string;
  readonly key: string;
  readonly etag: string;
  readonly start: number;
  readonly end: number;
}

/** A multipart upload of one object. */
export class MultipartUpload {
  readonly #place: S3Place;
  readonly #options: CreateOptions;
  readonly #isComposed: boolean;
  readonly #signal: AbortSignal;
  /** Ends the parts that are under way when one of them has failed, or nobody wants them any more. */
  readonly #ending = new AbortController();
  /** Ends the call that begins the upload, which #ending does not, because its answer is needed to remove it. */
  readonly #beginning = new AbortController();
  readonly #underWay = new Set<Promise<void>>();
  readonly #done: CompletedPart[] = [];
  #free: PartBuffer[] = [];
  #id: Promise<string> | undefined;
  /** Whether S3 may have begun an upload whose answer was lost. */
  #isDoubtful = false;
  #failure: unknown;
  #parts = 0;

  /** @param isComposed whether parts will be copied */
  constructor(place: S3Place, options: CreateOptions, isComposed = false) {
    this.#place = place;
    this.#options = options;
    this.#isComposed = isComposed;
    this.#signal = options.signal;
  }

  /** Takes a part over, and returns an empty one when less than two are under way. */
  async send(part: PartBuffer): Promise<PartBuffer> {
    await this.#begin(partsAtOnce, (number) => this.#sendPart(number, part));
    const size = partBytes(this.#parts + 1);
    this.#free = this.#free.filter((free) => free.size === size);
    return this.#free.pop() ?? new PartBuffer(size);
  }

  /** Begins a part of at least 5 MiB, unless it is the last one, and at most 5 GiB. */
  async copy(part: CopiedPart): Promise<void> {
    await this.#begin(copiesAtOnce, (number) => this.#copyPart(number, part));
  }

  async complete(last?: PartBuffer): Promise<void> {
    if (last) await this.send(last);
    await unless(this.#signal, Promise.all(this.#underWay));
    this.#throwIfFailed();
    const { bucket, key, uri, connection } = this.#place;
    const id = await this.#begun();
    const parts = this.#done.toSorted((a, b) => (a.PartNumber ?? 0) - (b.PartNumber ?? 0));
    await connection.call(
      { operation: 'CompleteMultipartUpload', uri },
      async ({ sdk, client, attempt }) => {
        const input = { Bucket: bucket, Key: key, UploadId: id, MultipartUpload: { Parts: parts } };
        await client
          .send(new sdk.CompleteMultipartUploadCommand(input), { abortSignal: this.#signal })
          .catch(async (error) => {
            // The answer to an earlier try was lost, and the upload is gone because it is complete.
            if (attempt === 1 || s3Code(error) !== 'NoSuchUpload' || !(await this.#isThere(parts))) throw error;
          });
      },
      this.#signal,
    );
    if (this.#isDoubtful)
      await removeUnfinishedUploads(this.#place, AbortSignal.timeout(abortMs)).catch(() => undefined);
  }

  /**
   * Removes the upload. It waits for its beginning, because an upload that began unknown to us would stay, and for the
   * parts under way, if they are quick: one that S3 has heard and we have not waited for brings the upload back.
   */
  async abort(): Promise<void> {
    const deadline = AbortSignal.timeout(abortMs);
    try {
      await unless(AbortSignal.timeout(graceMs), Promise.all(this.#underWay)).catch(() => undefined);
      this.#ending.abort();
      const begun = this.#id?.catch(() => undefined);
      const id = await unless(AbortSignal.timeout(graceMs), begun).catch(() => {
        this.#isDoubtful = true; // S3 has not answered, and may have begun it
        return undefined;
      });
      this.#beginning.abort();
      await Promise.all(this.#underWay);
      if (id !== undefined) await removeUpload(this.#place, id, deadline);
      if (this.#isDoubtful) await removeUnfinishedUploads(this.#place, deadline);
    } catch (error) {
      throw new BatchlineError(
        'JOB_FAILED',
        `${this.#place.uri}: an unfinished upload could not be removed and may stay (${messageOf(error)}); a run with --resume removes it, or a lifecycle rule with AbortIncompleteMultipartUpload`,
        { cause: error },
      );
    }
  }

  async #begin(atOnce: number, make: (number: number) => Promise<void>): Promise<void> {
    while (this.#underWay.size >= atOnce) await unless(this.#signal, Promise.race(this.#underWay));
    this.#throwIfFailed();
    this.#parts += 1;
    const number = this.#parts;
    const sending = make(number)
      .catch((error: unknown) => {
        this.#failure ??= error;
        this.#ending.abort();
      })
      .finally(() => this.#underWay.delete(sending));
    this.#underWay.add(sending);
  }

  async #sendPart(number: number, part: PartBuffer): Promise<void> {
    const { bucket, key, uri, connection } = this.#place;
    const id = await this.#begun();
    const input = { Bucket: bucket, Key: key, UploadId: id, PartNumber: number, Body: part.bytes };
    const { ETag, ChecksumCRC32 } = await connection.call(
      { operation: 'UploadPart', uri },
      ({ sdk, client }) => {
        const command = this.#isComposed ? plainPart(sdk, input) : new sdk.UploadPartCommand(input);
        return client.send(command, { abortSignal: this.#ending.signal });
      },
      this.#ending.signal,
    );
    this.#done.push({ PartNumber: number, ETag, ChecksumCRC32 });
    part.clear();
    this.#free.push(part);
  }

  async #copyPart(number: number, { bucket, key, etag, start, end }: CopiedPart): Promise<void> {
    const { uri, connection } = this.#place;
    const input = {
      ...{ Bucket: this.#place.bucket, Key: this.#place.key, UploadId: await this.#begun(), PartNumber: number },
      CopySource: `${bucket}/${key.split('/').map(encodeURIComponent).join('/')}`,
      CopySourceRange: `bytes=${start}-${end - 1}`,
      CopySourceIfMatch: `"${etag}"`,
    };
    const { CopyPartResult: { ETag } = {} } = await connection.call(
      { operation: `UploadPartCopy of s3://${bucket}/${key}`, uri },
      ({ sdk, client }) => client.send(new sdk.UploadPartCopyCommand(input), { abortSignal: this.#ending.signal }),
      this.#ending.signal,
    );
    this.#done.push({ PartNumber: number, ETag });
  }

  /** Once begun, an upload is waited for even if the signal comes: its id is needed to remove it. */
  #begun(): Promise<string> {
    const { bucket, key, uri, connection } = this.#place;
    this.#id ??= connection.call(
      { operation: 'CreateMultipartUpload', uri },
      async ({ sdk, client, attempt }) => {
        if (attempt > 1) this.#isDoubtful = true;
        const input = {
          Bucket: bucket,
          Key: key,
          ...keptWith(this.#options),
          // Of copied parts not all servers give the checksum (versitygw 1.8 gives their sources'), and it must be of all
          // parts or none. AWS then makes one of the whole object.
          ...(this.#isComposed ? {} : { ChecksumAlgorithm: 'CRC32' as const }),
        };
        const { UploadId } = await client.send(new sdk.CreateMultipartUploadCommand(input), {
          abortSignal: this.#beginning.signal,
        });
        if (UploadId === undefined) throw new Error('the answer has no UploadId');
        return UploadId;
      },
      this.#ending.signal,
    );
    return this.#id;
  }

  async #isThere(parts: readonly CompletedPart[]): Promise<boolean> {
    const { bucket, key, connection, uri } = this.#place;
    const { ETag } = await connection.call(
      { operation: 'HeadObject', uri },
      ({ sdk, client }) => client.send(new sdk.HeadObjectCommand({ Bucket: bucket, Key: key })),
      this.#signal,
    );
    return ETag?.replaceAll('"', '') === multipartETag(parts);
  }

  #throwIfFailed(): void {
    if (this.#failure !== undefined) throw this.#failure as BatchlineError;
  }
}

/** What S3 makes of the parts' MD5s. */
function multipartETag(parts: readonly CompletedPart[]): string {
  const digests = parts.map(({ ETag = '' }) => Buffer.from(ETag.replaceAll('"', ''), 'hex'));
  return `${createHash('md5').update(Buffer.concat(digests)).digest('hex')}-${parts.length}`;
}

/** Waits for `wanted`, or until the signal, whose reason it throws. */
function unless<T>(signal: AbortSignal, wanted: Promise<T> | undefined): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(signal.reason as Error);
    if (signal.aborted) return stop();
    signal.addEventListener('abort', stop, { once: true });
    Promise.resolve(wanted)
      .then(resolve, reject)
      .finally(() => signal.removeEventListener('abort', stop));
  });
}
