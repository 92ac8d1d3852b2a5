import { posix } from 'node:path';
import { isMap, listOf, mapOf, textOf, type YamlMap, type YamlValue } from './read-yaml.ts';

/** What dvc.yaml says of a stage's outputs, and dvc.lock does not. */
export interface StageSettings {
  /**
   * Whether an output of the lock file's is at a path.
   * @param folder of the lock file; paths are relative to it, or to the stage's `wdir`
   */
  isAt(wanted: string, folder: string, path: string): boolean;
  /** `cache`, `push` and `remote` of an output. */
  fieldsOf(path: string): YamlMap;
}

/**
 * @param stage as dvc.lock names it: `train@0.1-log` is one of what `foreach` or `matrix` makes of `train`
 * @returns undefined for a stage that dvc.yaml does not have
 */
export function stageSettings(pipeline: YamlMap, stage: string): StageSettings | undefined {
  const stages = mapOf(pipeline['stages']);
  const found = stages[stage] ?? stages[stage.split('@')[0] ?? ''];
  if (!isMap(found)) return undefined;
  const definition = isMap(found['do']) ? found['do'] : found;
  const wdir = textOf(definition['wdir']) ?? '.';
  const outs = ['outs', 'metrics', 'plots'].flatMap((kind) => listOf(definition[kind]).flatMap(outputsOf));
  return {
    isAt: (wanted, folder, path) => matches(posix.join(folder, wdir, path), wanted),
    // The exact one before those with `${item}` in them.
    fieldsOf: (path) => (outs.find(([name]) => name === path) ?? outs.find(([name]) => matches(name, path)))?.[1] ?? {},
  };
}

/** `path`, or `path: {cache: false}`. */
function outputsOf(value: YamlValue): [path: string, fields: YamlMap][] {
  if (typeof value === 'string') return [[value, {}]];
  return Object.entries(mapOf(value)).map(([path, fields]) => {
    const { cache, push, remote } = mapOf(fields) as Record<string, YamlValue>;
    const given = Object.entries({ cache, push, remote }).filter(([, field]) => field !== undefined);
    return [path, Object.fromEntries(given)];
  });
}

/** What `${…}` stands for is not worked out: anything may stand there. */
function matches(template: string, text: string): boolean {
  if (!template.includes('${')) return template === text;
  const literal = template.split(/\$\{[^}]*\}/).map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${literal.join('.*')}$`, 's').test(text);
}
