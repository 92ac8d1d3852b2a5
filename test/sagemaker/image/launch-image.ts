import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { TestContext } from 'node:test';
import type { AwsClients } from '../../../src/sagemaker/clients.ts';
import type { ImageStep } from '../../../src/sagemaker/image/image-step.ts';
import type { BuildTool, ImageSettings } from '../../../src/sagemaker/launch-file/launch.ts';
import type { LaunchEvent } from '../../../src/sagemaker/tell.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { type StubEcr, stubEcr } from './stub-ecr.ts';
import type { StubImage } from './stub-image.ts';
import { type StubRegistry, stubRegistry } from './stub-registry.ts';
import type { StubCall, StubFault } from './stub-tool.ts';

export interface LaunchImage {
  readonly ecr: StubEcr;
  readonly registry: StubRegistry;
  readonly context: string;
  readonly events: LaunchEvent[];
  readonly controller: AbortController;
  /** A step of a context with one file, to the stub registry. */
  step(image?: Partial<ImageSettings>, more?: Partial<ImageStep>): ImageStep;
  /** What the tools were called with, without `version`. */
  calls(): StubCall[];
  /** `build`, `login`, `push`: what the tools were called for. */
  commands(): (string | undefined)[];
  /** What goes wrong with the next calls of `docker push`. */
  fault(call: string, ...faults: StubFault[]): void;
  /** What the engine has locally. */
  hasImages(images: Record<string, StubImage>): void;
  /** How what is pushed differs from what was built: its media type. */
  pushesAs(image: StubImage): void;
  /** This file of the context changes during the next build. */
  changeWhileBuilding(file: string): void;
}

/** ECR, a registry and the given tools, as stubs; no other program can be found. */
export async function launchImage(t: TestContext, tools: readonly BuildTool[] = ['docker']): Promise<LaunchImage> {
  const ecr = await stubEcr(t);
  const registry = await stubRegistry(t);
  registry.login = ecr.login;
  const context = await temporaryFolder(t, { Dockerfile: 'FROM scratch\nCOPY a /a\n', a: 'one' });
  const folder = await toolFolder(t, tools);
  const events: LaunchEvent[] = [];
  const controller = new AbortController();
  const write = (name: string, value: unknown): void => writeFileSync(join(folder, name), JSON.stringify(value));
  const calls = (): StubCall[] =>
    readFileSync(join(folder, 'calls.jsonl'), 'utf8')
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as StubCall)
      .filter(({ args }) => args[0] !== 'version');
  return {
    ...{ ecr, registry, context, events, controller, calls },
    step: (image = {}, more = {}) => ({
      clients: { ecr: ecr.client, region: 'eu-west-1' } as AwsClients,
      openStore: () => {
        throw new Error('no store is needed');
      },
      tell: (event) => void events.push(event),
      signal: controller.signal,
      identity: { account: '123456789012', arn: 'arn:aws:iam::123456789012:user/me' },
      image: {
        ...{ context, dockerfile: 'Dockerfile', buildArgs: {}, repository: 'team/model', scanOnPush: true },
        registry: registry.host,
        ...image,
      },
      ...more,
    }),
    commands: () => calls().map(({ args }) => args[0]),
    fault: (call, ...faults) => {
      const all = JSON.parse(readFileSync(join(folder, 'faults.json'), 'utf8')) as Record<string, StubFault[]>;
      write('faults.json', { ...all, [call]: faults });
    },
    hasImages: (images) => write('images.json', images),
    pushesAs: (image) => write('pushes-as.json', image),
    changeWhileBuilding: (file) => writeFileSync(join(folder, 'touch-while-building'), join(context, file)),
  };
}

async function toolFolder(t: TestContext, tools: readonly BuildTool[]): Promise<string> {
  const folder = await temporaryFolder(t, { 'calls.jsonl': '', 'faults.json': '{}', 'pushes-as.json': '{}' });
  const program = resolve(import.meta.dirname, 'stub-tool.ts');
  for (const tool of tools) {
    const file = join(folder, tool);
    writeFileSync(file, `#!/bin/sh\nexec "${process.execPath}" "${program}" ${tool} "${folder}" "$@"\n`);
    chmodSync(file, 0o755);
  }
  const before = process.env['PATH'];
  process.env['PATH'] = folder;
  t.after(() => (process.env['PATH'] = before));
  return folder;
}
