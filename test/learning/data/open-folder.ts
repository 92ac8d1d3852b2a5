import type { TestContext } from 'node:test';
import type { DataSettings } from '../../../src/learning/data/data-settings.ts';
import { type LabelledRow, openRows, type RowSource } from '../../../src/learning/data/read-rows.ts';
import { openStores } from '../../../src/storage/open-store.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

export type Files = Readonly<Record<string, string | Uint8Array>>;

export const rowOptions = {
  openStore: openStores(),
  signal: AbortSignal.timeout(120_000),
  contentOf: (record: LabelledRow['record']) => String(record['text']),
};

/** The rows of files in a folder; `{}` in a setting stands for the folder. */
export async function openFolder(t: TestContext, files: Files, settings: Partial<DataSettings>): Promise<RowSource> {
  const folder = await temporaryFolder(t, files);
  const at = (path: string) => path.replace('{}', folder);
  const { labelFile } = settings;
  return openRows(
    {
      label: 'label',
      ...settings,
      files: (settings.files ?? Object.keys(files).map((name) => `{}/${name}`)).map(at),
      ...(labelFile && { labelFile: { ...labelFile, path: at(labelFile.path) } }),
    },
    rowOptions,
  );
}

export async function allRows(source: RowSource): Promise<LabelledRow[]> {
  return (await Array.fromAsync(source.rows())).flat();
}
