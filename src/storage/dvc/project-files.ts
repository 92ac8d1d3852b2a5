/** The files of a project, as they are in the working tree or were in a commit. */
export interface ProjectFiles {
  /** The folder that paths are relative to. */
  readonly root: string;
  /** Undefined: the working tree. */
  readonly commit: string | undefined;
  /** The project's metafiles (`*.dvc`, `dvc.lock`), with slashes. */
  metafiles(): Promise<string[]>;
  /** The texts of those files that are there. */
  read(paths: readonly string[]): Promise<ReadonlyMap<string, string>>;
}

export function isMetafile(path: string): boolean {
  return /(^|\/)([^/]+\.dvc|dvc\.lock)$/.test(path);
}

/** For messages: `models/a.dvc`, and of which commit. */
export function placeOf({ commit }: ProjectFiles, path: string): string {
  return commit === undefined ? path : `${path} of ${commit.slice(0, 10)}`;
}
