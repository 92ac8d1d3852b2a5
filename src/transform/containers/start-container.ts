import { randomBytes } from 'node:crypto';
import { refuseWrapped } from '../../models/model-archive.ts';
import type { TransformRunOptions } from '../transform-run.ts';
import { type ContainerEngine, type EngineName, findEngine } from './engine.ts';
import { labelsOf, requireBindToPort } from './image.ts';
import { runImage } from './image-container.ts';
import { ownLabels, removeLeftovers } from './leftovers.ts';
import { ModelFolders } from './model-folders.ts';
import type { ContainerSpec, RunningContainer, StartContainer, StartOptions } from './running-container.ts';
import { ServerProcess } from './server-process.ts';

export interface StarterOptions {
  /** The program of the command line, whose `serve` is the container of a model without an image. */
  readonly cli: string;
  readonly openStore: TransformRunOptions['openStore'];
  /** By default docker if it answers, else podman. */
  readonly engine?: EngineName;
  /** Worker threads of batchline's own server; one a core by default. */
  readonly workers?: number;
  /** More options of `docker run`, such as `--gpus=all` or `--memory=8g`. */
  readonly runOptions?: readonly string[];
}

/** How long our own server may take to open its port; the model is loaded afterwards. */
const listenDeadlineMs = 60_000;
const defaultPort = 8080;

/** What starts the containers of jobs, as the service does. The engine is looked for when an image is to be run. */
export function containerStarter(options: StarterOptions): StartContainer {
  const models = new ModelFolders(options.openStore);
  let engine: Promise<ContainerEngine> | undefined;
  const openEngine = async (): Promise<ContainerEngine> => {
    const found = await findEngine(options.engine);
    await removeLeftovers(found);
    return found;
  };
  return async (start) => {
    const { spec } = start;
    if (spec.kind === 'url') return { url: spec.url, died: new Promise(() => undefined), stop: async () => undefined };
    if (spec.kind === 'process') return await startProcess(spec, { start, models, options });
    engine ??= openEngine();
    return await startImage(spec, { start, models, options, engine: await engine });
  };
}

interface Context {
  readonly start: StartOptions;
  readonly models: ModelFolders;
  readonly options: StarterOptions;
}

type Spec<K extends ContainerSpec['kind']> = Extract<ContainerSpec, { kind: K }>;

/** What only the service sets: where it does not, our own environment must not either. */
const serviceVariables = {
  SAGEMAKER_MAX_PAYLOAD_IN_MB: undefined,
  SAGEMAKER_BATCH_STRATEGY: undefined,
  SAGEMAKER_MAX_CONCURRENT_TRANSFORMS: undefined,
};

async function startProcess(
  { model }: Spec<'process'>,
  { start, models, options: { cli, workers } }: Context,
): Promise<RunningContainer> {
  const folder = await models.take(model, start.signal);
  let server: ServerProcess | undefined;
  const stop = async (graceMs: number): Promise<void> => {
    await server?.stop(graceMs);
    await folder.release();
  };
  try {
    await refuseWrapped(folder.path, model);
    const own = workers === undefined ? {} : { BATCHLINE_WORKERS: String(workers) };
    const environment = { ...serviceVariables, ...own, ...start.environment };
    server = new ServerProcess({ cli, modelDir: folder.path, environment, ...onLogOf(start) });
    return { url: await server.address(start.signal, listenDeadlineMs), died: server.died, stop };
  } catch (error) {
    await stop(0);
    throw error;
  }
}

async function startImage(
  { image, model }: Spec<'image'>,
  { start, models, options, engine }: Context & { engine: ContainerEngine },
): Promise<RunningContainer> {
  const { environment, signal, name = 'model', onLog = () => undefined } = start;
  const labels = await labelsOf(engine, image, signal);
  const bound = environment['SAGEMAKER_BIND_TO_PORT'];
  if (bound !== undefined) requireBindToPort(image, labels);
  const folder = model === undefined ? undefined : await models.take(model, signal);
  try {
    signal.throwIfAborted();
    const container = await runImage(engine, {
      image,
      name: `batchline-${name.replaceAll(/[^\w.-]/g, '-')}-${process.pid}-${randomBytes(3).toString('hex')}`,
      labels: ownLabels(),
      port: bound === undefined ? defaultPort : Number(bound),
      modelDir: folder?.path,
      environment,
      more: options.runOptions ?? [],
      onLog,
    });
    const stop = async (graceMs: number): Promise<void> => {
      await container.stop(graceMs);
      await folder?.release();
    };
    return { url: container.url, died: container.died, stop };
  } catch (error) {
    await folder?.release();
    throw error;
  }
}

function onLogOf({ onLog }: StartOptions): Pick<StartOptions, 'onLog'> {
  return onLog ? { onLog } : {};
}
