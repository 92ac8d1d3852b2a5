import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { prettifyError, type z } from 'zod';
import { BatchlineError, messageOf } from '../../errors.ts';
import { writeWhole } from './write-file.ts';

/** Records by name, each in a file of its own; names that differ only in case are one, as in the service's ARNs. */
export interface Records<T> {
  get(name: string): T | undefined;
  all(): readonly T[];
  /**
   * Also on disk when it returns.
   * @throws BatchlineError if it cannot be written: a new record is then not kept, a change only until the process ends
   */
  set(name: string, record: T): void;
  delete(name: string): void;
}

/**
 * Reads the records of a folder. A file that cannot be understood is left alone and told of.
 * @param onNote told of it
 */
export function openRecords<T>(
  folder: string,
  schema: z.ZodType<T>,
  nameOf: (record: T) => string,
  onNote: (note: string) => void,
): Records<T> {
  const records = new Map<string, T>();
  const pathOf = (name: string) => join(folder, `${name.toLowerCase()}.json`);
  for (const file of existsSync(folder) ? readdirSync(folder).sort() : []) {
    if (!file.endsWith('.json')) continue;
    try {
      const record = read(join(folder, file), schema);
      records.set(nameOf(record).toLowerCase(), record);
    } catch (error) {
      onNote(`${join(folder, file)} is left out: ${messageOf(error)}`);
    }
  }
  return {
    get: (name) => records.get(name.toLowerCase()),
    all: () => [...records.values()],
    set(name, record) {
      const isNew = !records.has(name.toLowerCase());
      records.set(name.toLowerCase(), record);
      try {
        writeWhole(pathOf(name), `${JSON.stringify(record, undefined, 2)}\n`);
      } catch (cause) {
        if (isNew) records.delete(name.toLowerCase());
        throw new BatchlineError('INTERNAL', `cannot write ${pathOf(name)}: ${messageOf(cause)}`, { cause });
      }
    },
    delete(name) {
      rmSync(pathOf(name), { force: true });
      records.delete(name.toLowerCase());
    },
  };
}

function read<T>(path: string, schema: z.ZodType<T>): T {
  const result = schema.safeParse(JSON.parse(readFileSync(path, 'utf8')));
  if (result.success) return result.data;
  throw new Error(prettifyError(result.error).replaceAll('\n', ' '));
}
