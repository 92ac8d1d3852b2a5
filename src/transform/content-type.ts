import { typeOfExtension } from '../records/content-type.ts';

/** What an object is sent as where the job names no type. */
export function contentTypeOf(key: string): string {
  return typeOfExtension(key) ?? 'application/json';
}
