/** An object as a listing or a look at it shows it. */
export interface StoredObject {
  /** The whole name in its store: of S3 the key, of files the absolute path without its leading slash. */
  readonly key: string;
  readonly bytes: number;
  /** Changes when the content does: S3's ETag without quotes; of a file, its size and time of modification. */
  readonly etag: string;
  /** An older version than the newest, to be read from a bucket with versioning; no listing has it. */
  readonly versionId?: string;
  /** When it was written, to the second or finer; S3's clock. Of a large object on S3, when its upload began. */
  readonly modified?: Date;
}

/** What was kept beside an object when it was written: a few short ASCII strings under lower-case names. */
export type Metadata = Readonly<Record<string, string>>;

export interface ReadOptions {
  readonly signal: AbortSignal;
  /** The first byte; 0 by default. */
  readonly start?: number;
  /** Where to stop, the byte after the last one; by default at the end of the object. */
  readonly end?: number;
}

export interface CreateOptions {
  readonly signal: AbortSignal;
  readonly metadata?: Metadata;
  /** The KMS key that S3 encrypts the object with; by default what the bucket says. */
  readonly kmsKeyId?: string;
}

/** Bytes of an object that is there: `[start, end)`. */
export interface ObjectRange {
  readonly object: StoredObject;
  /** Where the object is, if elsewhere: another bucket of the same server. */
  readonly store?: ObjectStore;
  readonly start: number;
  readonly end: number;
}

/**
 * Objects by key, on S3 or in files. Every failure is a BatchlineError that names the object's URI and says whether the
 * same call may succeed later; every wait ends, by a timeout or by the signal.
 */
export interface ObjectStore {
  /** What stands before a key in a URI: `s3://bucket/` or `file:///`. */
  readonly root: string;
  /**
   * The objects whose key begins with `prefix`, a string and not a folder, in the order of their keys' UTF-8 bytes.
   * Folder markers (keys that end in `/`) are listed; what an unfinished writer left is not.
   */
  list(prefix: string, signal: AbortSignal): AsyncGenerator<StoredObject>;
  /** The object and its metadata; undefined if there is none. */
  head(key: string, signal: AbortSignal): Promise<(StoredObject & { readonly metadata: Metadata }) | undefined>;
  /**
   * The bytes of an object. A connection that breaks is taken up again where it broke.
   * @throws BatchlineError JOB_FAILED also when the object is no longer the one of `etag`, or ends too early
   */
  read(object: StoredObject, options: ReadOptions): AsyncGenerator<Buffer>;
  /** Begins an object, which replaces an older one of that key in one step when it is committed. */
  create(key: string, options: CreateOptions): Promise<ObjectWriter>;
  /** Removes an object, if there is one. */
  remove(key: string, signal: AbortSignal): Promise<void>;
  /**
   * Makes an object of ranges of others, in their order, without its bytes coming here where they need not; only stores
   * that can. Nobody sees it before it is complete, and a failure leaves nothing.
   * @throws BatchlineError JOB_FAILED also when one of the objects is no longer the one of its `etag`
   */
  compose?(key: string, pieces: readonly ObjectRange[], options: CreateOptions): Promise<void>;
  /**
   * Removes what killed writers of a key left and still costs money, or of every key below one that ends in a slash; only
   * stores where that is not seen to by `create`.
   */
  removeUnfinished?(key: string, signal: AbortSignal): Promise<void>;
  /**
   * Where the bucket is, if the server says; only stores of buckets.
   * @throws BatchlineError if there is no such bucket or it may not be listed
   */
  bucketRegion?(signal: AbortSignal): Promise<string | undefined>;
}

/** An object being written. Nobody sees it before `commit`. */
export interface ObjectWriter {
  append(pieces: readonly Buffer[]): Promise<void>;
  /** Forgets everything that was appended. */
  restart(): Promise<void>;
  commit(): Promise<void>;
  /** Removes every trace; harmless after a commit that failed, and when called twice. */
  discard(): Promise<void>;
}
