import { createHash } from 'node:crypto';

export interface HashedFile {
  /** As the settings name it. */
  readonly name: string;
  readonly bytes: number;
  /** Of its bytes as they are stored; in hex. */
  readonly sha256: string;
}

/** Hashes files one after the other, each alone and all together, as `cat files | sha256sum` does. */
export interface FileHashes {
  readonly begin: (name: string) => void;
  readonly update: (bytes: Buffer) => void;
  readonly finish: () => { readonly sha256: string; readonly files: readonly HashedFile[] };
}

/** @param fileCount how many there will be: of a single one the hash is taken once */
export function hashFiles(fileCount: number): FileHashes {
  const all = createHash('sha256');
  const files: HashedFile[] = [];
  let current: { name: string; bytes: number; hash: ReturnType<typeof createHash> } | undefined;
  const end = () => {
    if (current) files.push({ name: current.name, bytes: current.bytes, sha256: current.hash.digest('hex') });
    current = undefined;
  };
  return {
    begin(name) {
      end();
      current = { name, bytes: 0, hash: createHash('sha256') };
    },
    update(bytes) {
      if (fileCount > 1) all.update(bytes);
      current?.hash.update(bytes);
      if (current) current.bytes += bytes.length;
    },
    finish() {
      end();
      return { sha256: fileCount === 1 ? (files[0]?.sha256 ?? '') : all.digest('hex'), files };
    },
  };
}
