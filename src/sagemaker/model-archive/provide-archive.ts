import { BatchlineError } from '../../errors.ts';
import type { Metadata, ObjectStore } from '../../storage/object-store.ts';
import { writeObject } from '../../storage/write-object.ts';
import type { ModelSettings } from '../launch-file/launch.ts';
import type { PlannedCall, Step } from '../step.ts';
import { type ArchiveContent, type Digest, digesting, fileContent, folderContent } from './archive-content.ts';
import type { OpenedModel } from './open-model-source.ts';
import { withProgress } from './progress.ts';

export interface ArchiveStep extends Pick<Step, 'openStore' | 'tell' | 'signal'> {
  /** The launch's. */
  readonly name: string;
  readonly model: ModelSettings;
  readonly openModel: OpenedModel;
}

export interface ProvidedArchive {
  /** What ModelDataUrl will be. */
  readonly url: string;
  /**
   * SHA-256 of the uncompressed tar, so that another zlib makes no other archive; of an archive that was given as a file
   * of its bytes; of one that was on S3 already its ETag.
   */
  readonly hash: string;
  /** Of the compressed archive. */
  readonly bytes: number;
  readonly uploaded: boolean;
}

/**
 * The model archive on S3, uploaded if it is not there. Its key has its hash, so the same model is the same object: who
 * uploads it a second time, or at the same time, writes the same.
 * @throws BatchlineError INVALID_MODEL, JOB_FAILED; the signal's reason
 */
export async function provideArchive(step: ArchiveStep): Promise<ProvidedArchive> {
  const { tell } = step;
  const plan = await planned(step);
  const archive = plan.missing ? await upload(step, plan, plan.missing) : plan.found;
  tell({
    event: 'archive',
    message: `archive ${archive.url}: ${archive.uploaded ? 'uploaded' : 'there already'}`,
    details: { ...archive, source: step.openModel.source },
  });
  return archive;
}

/** What `provideArchive` would do; nothing is uploaded. No calls: the archive is there already. */
export async function planArchive(
  step: ArchiveStep,
): Promise<{ readonly archive: Pick<ProvidedArchive, 'url' | 'hash'>; readonly calls: PlannedCall[] }> {
  const { url, hash, missing } = await planned(step);
  if (!missing) return { archive: { url, hash }, calls: [] };
  const [, bucket, key] = /^[^:]+:\/\/([^/]*)\/(.*)$/s.exec(url) ?? [];
  const call: PlannedCall = {
    call: 's3.PutObject',
    body: { Bucket: bucket, Key: key, Metadata: missing.metadata },
    about: `${step.openModel.source}, ${missing.content.bytes} bytes${missing.content.uploadBytes === undefined ? ' before compression' : ''}; in parts if it is long`,
  };
  return { archive: { url, hash }, calls: [call] };
}

type Planned = { readonly url: string; readonly hash: string } & (
  | { readonly found: ProvidedArchive; readonly missing?: never }
  | { readonly missing: Missing }
);

interface Missing {
  readonly content: ArchiveContent;
  readonly digest: Digest;
  readonly metadata: Metadata;
}

async function planned(step: ArchiveStep): Promise<Planned> {
  const { openStore, model, openModel, signal, name } = step;
  const content = await contentOf(openModel, signal);
  if (!content) return onS3(step);
  if (model.artifacts === undefined) {
    throw new BatchlineError('INVALID_INPUT', `${model.path}: expected artifacts, s3://bucket/prefix/ for the archive`);
  }
  const digest = await digestOf(content, step);
  const { hash } = digest;
  const url = `${model.artifacts.replace(/\/?$/, '/')}${name}/${hash}/model.tar.gz`;
  const metadata = metadataOf(digest);
  const { store, key } = openStore(url);
  const bytes = await foundBytes({ store, key, content, digest, signal });
  if (bytes === undefined) return { url, hash, missing: { content, digest, metadata } };
  return { url, hash, found: { url, hash, bytes, uploaded: false } };
}

async function contentOf({ archive, folder }: OpenedModel, signal: AbortSignal): Promise<ArchiveContent | undefined> {
  if (archive !== undefined) return fileContent(archive);
  return folder === undefined ? undefined : folderContent(folder, signal);
}

async function onS3({ openStore, model, signal }: ArchiveStep): Promise<Planned> {
  const { store, key } = openStore(model.path);
  const found = await store.head(key, signal);
  if (found) {
    const { bytes, etag: hash } = found;
    return { url: model.path, hash, found: { url: model.path, hash, bytes, uploaded: false } };
  }
  throw new BatchlineError(
    'INVALID_MODEL',
    `${model.path}: expected a model archive, received nothing: there is no such object`,
  );
}

async function digestOf(content: ArchiveContent, { signal, tell }: ArchiveStep): Promise<Digest> {
  const progress = withProgress(content.read(signal), { tell, what: 'Reading the model', of: content.bytes });
  const digests = digesting(progress);
  for await (const _ of digests);
  return digests.digest();
}

function metadataOf({ hash, bytes }: Digest): Metadata {
  return { 'batchline-hash': hash, 'batchline-hashed-bytes': String(bytes) };
}

interface Wanted {
  readonly store: ObjectStore;
  readonly key: string;
  readonly content: ArchiveContent;
  readonly digest: Digest;
  readonly signal: AbortSignal;
}

/**
 * How long the archive is that is there; undefined if there is none, or another. Of a compressed tar only its end says
 * how long it should be: gzip's last eight bytes are CRC-32 and length of what was compressed.
 */
async function foundBytes({ store, key, content, digest, signal }: Wanted): Promise<number | undefined> {
  const found = await store.head(key, signal);
  if (!found) return undefined;
  const wanted = Object.entries(metadataOf(digest));
  if (wanted.some(([name, value]) => found.metadata[name] !== value)) return undefined;
  if (content.uploadBytes !== undefined) return found.bytes === content.uploadBytes ? found.bytes : undefined;
  if (found.bytes < 18) return undefined;
  const end = Buffer.concat(await Array.fromAsync(store.read(found, { signal, start: found.bytes - 8 })));
  const isWhole = end.readUInt32LE(0) === digest.crc32 && end.readUInt32LE(4) === digest.bytes % 2 ** 32;
  return isWhole ? found.bytes : undefined;
}

/** Whatever the folder becomes meanwhile: under this hash there is nothing else. */
async function upload(step: ArchiveStep, { url, hash }: Planned, missing: Missing): Promise<ProvidedArchive> {
  const { openStore, signal, tell, openModel } = step;
  const { content, metadata, digest } = missing;
  const { store, key } = openStore(url);
  const again = digesting(
    withProgress(content.read(signal), { tell, what: 'Uploading the model archive', of: content.bytes }),
  );
  let sent = 0;
  const counted = async function* (): AsyncGenerator<Buffer> {
    for await (const piece of content.compress(again)) {
      sent += piece.length;
      yield piece;
    }
    if (again.digest().hash === hash) return;
    throw new BatchlineError(
      'INVALID_MODEL',
      `${openModel.source}: it changed while it was uploaded; nothing was stored. Launch again when it has come to rest`,
    );
  };
  await writeObject(store, key, counted(), { signal, metadata });
  const bytes = await foundBytes({ store, key, content, digest, signal });
  if (bytes === sent) return { url, hash, bytes, uploaded: true };
  throw new BatchlineError(
    'JOB_FAILED',
    `${url}: expected the archive that was uploaded, ${sent} bytes of hash ${hash}; received ${bytes === undefined ? 'another object, or none' : `${bytes} bytes`}`,
    { retryable: true },
  );
}
