import { type DataSettings, sliceNames } from './data-settings.ts';
import type { DataSummary } from './read-rows.ts';

/** What model.json's `training.data` says: enough to tell whether other data is the same, and to find it again. */
export interface DataVersion {
  readonly rows: number;
  /** How many rows each class has, the classes in order. */
  readonly classes: readonly { readonly label: string; readonly rows: number }[];
  /** Of the bytes of all files, one after the other: what `cat files | sha256sum` prints. */
  readonly sha256: string;
  readonly files: readonly { readonly path: string; readonly bytes: number; readonly sha256: string }[];
  readonly label: string;
  readonly label_file?: {
    readonly path: string;
    readonly key: string;
    readonly where?: NonNullable<DataSettings['labelFile']>['where'];
  };
  readonly slices?: readonly string[];
}

/** No times and no absolute paths but those of the settings: the same data gives the same text. */
export function dataVersion(
  settings: DataSettings,
  { rows, classes, counts, sha256, files }: DataSummary,
): DataVersion {
  const { labelFile } = settings;
  const slices = sliceNames(settings);
  return {
    rows,
    classes: classes.map((label, index) => ({ label, rows: counts[index] as number })),
    sha256,
    files: files.map(({ name, bytes, sha256 }) => ({ path: name, bytes, sha256 })),
    label: labelFile?.label ?? settings.label ?? '',
    ...(labelFile && {
      label_file: {
        path: labelFile.path,
        key: labelFile.key,
        ...(labelFile.where && { where: labelFile.where }),
      },
    }),
    ...(slices.length > 0 && { slices }),
  };
}
