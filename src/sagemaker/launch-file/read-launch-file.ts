import { existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type FileDocument, invalid, type Members, readDocument } from '../../documents/read-document.ts';
import { parseSetting, withSetting } from '../../documents/set-values.ts';
import { parseRequest } from '../../sagemaker-api/parse-request.ts';
import { isUri } from '../../storage/open-store.ts';
import type { ImageSettings, Launch, ModelSettings } from './launch.ts';
import { type LaunchFile, launchFileSchema } from './schema.ts';
import { apiSections, parseJobSection, parseModelSection, readSection } from './sections.ts';

export interface ReadLaunch {
  readonly launch: Launch;
  /** As the file says. */
  readonly region: string | undefined;
}

/**
 * Reads a launch file, YAML or JSON. Paths in it are relative to its folder.
 * @param set texts of `--set`, which go over what the file says
 * @throws BatchlineError INVALID_SETTING, INVALID_REQUEST that name the file, the line and the key
 */
export async function readLaunchFile(file: string, set: readonly string[] = []): Promise<ReadLaunch> {
  const document = await readDocument(file);
  const settings = set.map(parseSetting);
  const apply = (to: Members, which: (length: number) => boolean) =>
    settings.filter(({ path }) => which(path.length)).reduce(withSetting, to);
  // Whole sections first: they may name files, in which the other settings then change a member.
  const sections = await readSections(
    apply(document.value, (length) => length === 1),
    { file, document },
  );
  const members = apply(sections.members, (length) => length > 1);
  const checked = parseRequest(launchFileSchema, members, document.locate);
  const [model, job] = apiSections.map((name) => ({
    members: members[name] as Members,
    locate: sections.locate[name],
  }));
  const parsed = { model: parseModelSection(model as Located), job: parseJobSection(job as Located) };
  return { launch: assemble(checked, parsed, { file, document }), region: checked.region };
}

type Located = Awaited<ReturnType<typeof readSection>>;
interface Source {
  readonly file: string;
  readonly document: FileDocument;
}

async function readSections(members: Members, { file, document }: Source) {
  const given = { CreateModel: {}, ...members };
  const where = { folder: dirname(resolve(file)), document };
  const read = await Promise.all(apiSections.map((name) => readSection(name, (given as Members)[name], where)));
  const [model, job] = read as [Located, Located];
  return {
    members: { ...members, CreateModel: model.members, CreateTransformJob: job.members } as Members,
    locate: { CreateModel: model.locate, CreateTransformJob: job.locate },
  };
}

interface Parsed {
  readonly model: Launch['createModel'];
  readonly job: Launch['job'];
}

function assemble(file: LaunchFile, { model: createModel, job }: Parsed, source: Source): Launch {
  const folder = dirname(resolve(source.file));
  const ours = job.ModelName === undefined ? containersOf(createModel).filter(({ Image }) => Image === undefined) : [];
  return {
    name: file.name,
    image: ours.length > 0 ? imageSettings(file, folder) : undefined,
    model: ours.length > 0 ? modelSettings(file, folder, source) : undefined,
    createModel,
    job,
    shard: file.shard ?? 'none',
  };
}

/** Those of a model's pipeline, or the one that it has. */
export function containersOf({ Containers: several, PrimaryContainer: primary }: Launch['createModel']) {
  return several ?? (primary ? [primary] : []);
}

function imageSettings({ image = {} }: LaunchFile, folder: string): ImageSettings {
  const given = typeof image === 'string' ? { existing: image } : image;
  const { context, buildArgs = {}, ...rest } = given;
  return {
    dockerfile: 'Dockerfile',
    repository: 'batchline',
    scanOnPush: true,
    ...rest,
    buildArgs,
    context: context === undefined ? ownCheckout() : resolve(folder, context),
  };
}

/** The folder above the sources; a package that was installed from npm has no Dockerfile there. */
export function ownCheckout(): string {
  return fileURLToPath(new URL('../../..', import.meta.url)).replace(/\/$/, '');
}

function modelSettings(
  { model, artifacts }: LaunchFile,
  folder: string,
  { document }: Source,
): ModelSettings | undefined {
  if (model === undefined) return undefined;
  if (artifacts === undefined && !model.startsWith('s3://')) {
    throw invalid(
      `${document.locate(['model'])}: model: expected "artifacts" beside it, s3://bucket/prefix/ that the model archive goes to; received none`,
    );
  }
  const prefix = artifacts === undefined || artifacts.endsWith('/') ? artifacts : `${artifacts}/`;
  if (isUri(model)) return { path: model, artifacts: prefix };
  const path = resolve(folder, model);
  if (!existsSync(path)) {
    throw invalid(
      `${document.locate(['model'])}: model: expected a model folder, a model.tar.gz, dvc://path@rev or s3://…/model.tar.gz; there is no ${path}`,
    );
  }
  return { path, artifacts: prefix };
}
