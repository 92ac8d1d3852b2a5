import { posix } from 'node:path';
import { type ProjectFiles, placeOf } from './project-files.ts';
import { listOf, mapOf, readYaml, textOf, type YamlMap } from './read-yaml.ts';
import { type RecordedOutput, recordedOutput } from './recorded-output.ts';
import { type StageSettings, stageSettings } from './stage-settings.ts';

/** An output that a metafile lists; what it says is read when it is the one that is wanted. */
export interface ListedOutput {
  /** Whether it is at this path, relative to the project's root. */
  isAt(path: string): boolean;
  /** False for stages that dvc.yaml does not have any more. */
  readonly isCurrent: boolean;
  readonly place: string;
  /** @throws BatchlineError INVALID_INPUT */
  recorded(path: string): RecordedOutput;
}

/**
 * The outputs of a `*.dvc` file, or of a dvc.lock, of which dvc.yaml says what is not in it.
 * @throws BatchlineError INVALID_INPUT for what is no YAML
 */
export async function readMetafile(files: ProjectFiles, path: string, text: string): Promise<ListedOutput[]> {
  const place = placeOf(files, path);
  const content = await readYaml(text, place);
  return posix.basename(path) === 'dvc.lock' ? lockOutputs(files, path, content) : dvcFileOutputs(path, place, content);
}

function dvcFileOutputs(path: string, file: string, content: YamlMap): ListedOutput[] {
  const folder = posix.join(posix.dirname(path), textOf(content['wdir']) ?? '.');
  const importedFrom = listOf(content['deps'])
    .map((dep) => textOf(mapOf(mapOf(dep)['repo'])['url']))
    .find((url) => url !== undefined);
  return listOf(content['outs']).map((value, index) => {
    const out = mapOf(value);
    const place = `${file}: outs[${index}]`;
    const at = textOf(out['path']);
    return {
      isAt: (wanted) => at !== undefined && posix.join(folder, at) === wanted,
      isCurrent: true,
      place,
      recorded: (found) => recordedOutput(out, { path: found, place, importedFrom }),
    };
  });
}

async function lockOutputs(files: ProjectFiles, path: string, content: YamlMap): Promise<ListedOutput[]> {
  const yaml = posix.join(posix.dirname(path), 'dvc.yaml');
  const text = (await files.read([yaml])).get(yaml);
  const pipeline = text === undefined ? undefined : await readYaml(text, placeOf(files, yaml));
  // The first lock files were of stages alone.
  const stages = 'schema' in content || 'stages' in content ? mapOf(content['stages']) : content;
  return Object.entries(stages).flatMap(([name, stage]) => {
    const settings = pipeline === undefined ? undefined : stageSettings(pipeline, name);
    return listOf(mapOf(stage)['outs']).map((value, index) => {
      const place = `${placeOf(files, path)}: stages.${name}.outs[${index}]`;
      return lockOutput(mapOf(value), { place, folder: posix.dirname(path), settings });
    });
  });
}

function lockOutput(
  out: YamlMap,
  { place, folder, settings }: { place: string; folder: string; settings: StageSettings | undefined },
): ListedOutput {
  const at = textOf(out['path']);
  return {
    isAt: (wanted) => at !== undefined && (settings?.isAt(wanted, folder, at) ?? posix.join(folder, at) === wanted),
    isCurrent: settings !== undefined,
    place,
    recorded: (path) => recordedOutput({ ...out, ...settings?.fieldsOf(at ?? '') }, { path, place }),
  };
}
