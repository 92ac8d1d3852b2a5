// A stand-in for docker, podman and buildah, started as `node stub-tool.ts NAME FOLDER args…`: it notes its calls in
// FOLDER/calls.jsonl, fails as FOLDER/faults.json says, and pushes to a stub registry with the login it was given.
import { appendFileSync, existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { digestOf, type StubImage, stubImage } from './stub-image.ts';

export interface StubFault {
  readonly says: string;
  /** Stays until it is ended. */
  readonly hangs?: boolean;
  /** The push reaches the registry all the same. */
  readonly done?: boolean;
}

export interface StubCall {
  readonly tool: string;
  readonly args: readonly string[];
  readonly stdin: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Of the folder of a login: who may read it. */
  readonly mode: string | undefined;
  /** What was in the docker configuration before a login. */
  readonly config: string | undefined;
}

const [, , tool = '', folder = '', ...args] = process.argv;
async function main(): Promise<void> {
  const command = args[0] === 'bud' ? 'build' : (args[0] ?? '');
  const stdin = command === 'login' ? readFileSync(0, 'utf8') : '';
  note(stdin);
  const fault = nextFault(command);
  if (fault?.done || !fault) await commands[command]?.(stdin);
  if (!fault) return;
  process.stderr.write(`${fault.says}\n`);
  if (fault.hangs) await sleep(60_000);
  process.exitCode = 1;
}

const commands: Record<string, (stdin: string) => void | Promise<void>> = {
  version: () => undefined,
  context: () => process.stdout.write('unix:///stub.sock\n') as never,
  build: () => {
    process.stderr.write('#4 [build 1/2] FROM scratch\n#5 [build 2/2] COPY a /a\n');
    const name = option('--tag');
    images({ ...images(), [name]: { content: `${name} ${readdirSync(folder).length} ${Date.now()}` } });
    const touched = join(folder, 'touch-while-building');
    if (existsSync(touched)) writeFileSync(readFileSync(touched, 'utf8'), String(Date.now()));
  },
  image: () => inspect(),
  inspect: () => inspect(),
  tag: () => {
    const [, id = '', name = ''] = args;
    const image = Object.values(images()).find((one) => idOf(one) === id);
    if (!image) throw new Error(`no such image: ${id}`);
    images({ ...images(), [name]: image });
  },
  login: (stdin) => {
    const auth = Buffer.from(`${option('--username')}:${stdin}`).toString('base64');
    writeFileSync(loginFile(), JSON.stringify({ auths: { [args.at(-1) ?? '']: { auth } } }));
  },
  push: () => push(),
};

function inspect(): void {
  const image = images()[args.at(-1) ?? ''];
  if (!image) {
    process.stderr.write(`Error: No such image: ${args.at(-1)}\n`);
    process.exit(1);
  }
  process.stdout.write(`${tool === 'docker' ? 'sha256:' : ''}${idOf(image)} linux ${image.architecture ?? 'amd64'}\n`);
}

async function push(): Promise<void> {
  const [, host = '', repository = '', tag = ''] = /^([^/]+)\/(.+):([^:]+)$/.exec(args.at(-1) ?? '') ?? [];
  const image = images()[args.at(-1) ?? ''];
  if (!image) throw new Error(`An image does not exist locally with the tag: ${host}/${repository}`);
  const { auth } = JSON.parse(readFileSync(loginFile(), 'utf8')).auths[host];
  const pushed = { ...image, ...(JSON.parse(readFileSync(join(folder, 'pushes-as.json'), 'utf8')) as StubImage) };
  const { config, manifest } = stubImage(pushed);
  const send = async (path: string, body: string, type: string): Promise<void> => {
    const headers = { authorization: `Basic ${auth}`, 'content-type': type };
    const reply = await fetch(`http://${host}/v2/${repository}/${path}`, { method: 'PUT', body, headers });
    if (reply.ok) return;
    process.stderr.write(
      `denied: Your authorization token has expired. Reauthenticate and try again. ${reply.status}\n`,
    );
    process.exit(1);
  };
  process.stdout.write('The push refers to repository\nabcdefabcdef: Preparing\nabcdefabcdef: Pushed\n');
  if (pushed.lost !== true) {
    await send(`blobs/${digestOf(config)}`, config, 'application/octet-stream');
    await send(`manifests/${tag}`, manifest, JSON.parse(manifest).mediaType);
  }
  process.stdout.write(`${tag}: digest: ${digestOf(manifest)} size: ${manifest.length}\n`);
  if (tool !== 'docker') writeFileSync(option('--digestfile'), digestOf(manifest));
}

function images(changed?: Record<string, StubImage>): Record<string, StubImage> {
  const file = join(folder, 'images.json');
  if (changed) writeFileSync(file, JSON.stringify(changed));
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
}

function idOf(image: StubImage): string {
  return digestOf(stubImage(image).config).slice('sha256:'.length);
}

function option(name: string): string {
  return args[args.indexOf(name) + 1] ?? '';
}

function loginFile(): string {
  return tool === 'docker' ? join(process.env['DOCKER_CONFIG'] ?? '', 'config.json') : option('--authfile');
}

function note(stdin: string): void {
  const { DOCKER_CONFIG, DOCKER_HOST, BUILDX_NO_DEFAULT_ATTESTATIONS } = process.env;
  const isLogin = args[0] === 'login';
  const call: StubCall = {
    tool,
    args,
    stdin,
    environment: { DOCKER_CONFIG, DOCKER_HOST, BUILDX_NO_DEFAULT_ATTESTATIONS },
    mode: isLogin ? (statSync(dirname(loginFile())).mode & 0o777).toString(8) : undefined,
    config: isLogin && existsSync(loginFile()) ? readFileSync(loginFile(), 'utf8') : undefined,
  };
  appendFileSync(join(folder, 'calls.jsonl'), `${JSON.stringify(call)}\n`);
}

function nextFault(command: string): StubFault | undefined {
  const file = join(folder, 'faults.json');
  const faults = JSON.parse(readFileSync(file, 'utf8')) as Record<string, StubFault[]>;
  const fault = faults[`${tool} ${command}`]?.shift();
  writeFileSync(file, JSON.stringify(faults));
  return fault;
}

if (folder !== '') await main();
