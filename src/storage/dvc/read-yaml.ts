import { messageOf } from '../../errors.ts';
import { dvcError } from './dvc-error.ts';

export type YamlValue = string | readonly YamlValue[] | YamlMap | null | undefined;
export interface YamlMap {
  readonly [key: string]: YamlValue;
}

/** A metafile with every scalar as the text that it was written as: an md5 may look like a number. */
export async function readYaml(text: string, place: string): Promise<YamlMap> {
  const { parse } = await import('yaml');
  let value: unknown;
  try {
    value = parse(text, { schema: 'failsafe', prettyErrors: true });
  } catch (error) {
    throw dvcError(`${place}: expected YAML: ${messageOf(error).split('\n')[0]}`, error);
  }
  if (isMap(value)) return value;
  throw dvcError(`${place}: expected a YAML mapping, received ${JSON.stringify(value)?.slice(0, 100)}`);
}

export function isMap(value: unknown): value is YamlMap {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function mapOf(value: YamlValue): YamlMap {
  return isMap(value) ? value : {};
}

export function listOf(value: YamlValue): readonly YamlValue[] {
  return Array.isArray(value) ? value : [];
}

export function textOf(value: YamlValue): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
