import { BatchlineError } from '../../errors.ts';
import { callProgram, type ProgramOptions } from '../../transform/containers/call-program.ts';
import { LastLines } from '../../transform/containers/last-lines.ts';
import type { BuildTool } from '../launch-file/launch.ts';

const keptBytes = 16 * 1024;
const shownLines = 12;

/**
 * Runs the tool to its end.
 * @returns what it wrote to stdout
 * @throws ToolError with the last lines that it wrote and, for the usual failures, a remedy; the signal's reason
 */
export async function runTool(tool: BuildTool, args: readonly string[], options: ProgramOptions): Promise<string> {
  const said = new LastLines(keptBytes);
  const onLine = (line: string): void => {
    said.push(Buffer.from(`${line}\n`));
    options.onLine?.(line);
  };
  try {
    return await callProgram(tool, args, { ...options, onLine });
  } catch (error) {
    options.signal?.throwIfAborted();
    const text = withoutSecret(said.text(shownLines), options.input) || (error as Error).message;
    throw new ToolError(`${tool} ${args[0]}`, text, { cause: error });
  }
}

/** What a build tool could not do. */
export class ToolError extends BatchlineError {
  override readonly name = 'ToolError';
  /** What it wrote last. */
  readonly said: string;

  constructor(call: string, said: string, options: { cause: unknown }) {
    const remedy = remedyOf(said);
    super('JOB_FAILED', `${call} failed${remedy === undefined ? '' : ` (${remedy})`}:\n${said.replace(/^/gm, '  ')}`, {
      ...options,
      retryable: isTransient(said),
    });
    this.said = said;
  }
}

/** Whether the registry did not take the login: it is missing, wrong, or has expired. */
export function isRefusedLogin(said: string): boolean {
  return /no basic auth credentials|token has expired|\bdenied\b|unauthorized|authentication required|invalid username|\b403 Forbidden/i.test(
    said,
  );
}

/** Whether the same call may succeed in a moment. */
export function isTransient(said: string): boolean {
  return /\bEOF\b|connection reset|connection refused|broken pipe|timeout|timed out|TLS handshake|toomanyrequests|temporar|(status|code|server|HTTP)\b.*\b(429|50[0234])\b/i.test(
    said,
  );
}

/** The first that matches. */
const remedies: readonly [said: RegExp, remedy: string][] = [
  [
    /permission denied.*(docker|daemon|podman|\.sock)|\.sock.*permission denied/i,
    'your user may not use the engine: add it to the group docker and log in again, or take podman, which needs no group',
  ],
  [
    /Cannot connect to the Docker daemon|daemon (is not )?running|docker\.sock: connect|podman\.sock: connect/i,
    'the engine is not running: start it (`systemctl start docker`, Docker Desktop, `podman machine start`), or look at DOCKER_HOST and `docker context ls`',
  ],
  [
    /no space left on device|disk quota/i,
    'the disk is full: `docker system df` shows what takes space, `docker system prune` frees it',
  ],
  [
    /tag.*immutable|immutable.*tag|cannot be overwritten/i,
    'the repository does not let tags be moved: delete that image in ECR, or launch without building again',
  ],
  [
    /repository.*(does not exist|not found)|name unknown|NAME_UNKNOWN/i,
    'the repository has been deleted meanwhile, or is in another account or region: run the same command again',
  ],
  [
    /gave HTTP response to HTTPS client|first record does not look like a TLS handshake/i,
    'the registry speaks plain HTTP: that is for localhost and 127.0.0.1 only, or list it in the engine’s insecure registries',
  ],
  [
    /x509:|certificate/i,
    'the engine does not trust the registry’s certificate: give it to the engine (docker: /etc/docker/certs.d/HOST/ca.crt)',
  ],
  [/buildx component is missing|requires? BuildKit/i, 'install docker’s buildx plug-in, or set DOCKER_BUILDKIT=0'],
  [
    /does not exist locally|image not known/i,
    'the build did not leave its image in the engine: unset BUILDX_BUILDER, or take another tool',
  ],
  [
    /exec format error|no match for platform|does not match the specified platform/i,
    'the image is built for linux/amd64: on another machine install QEMU (`docker run --privileged tonistiigi/binfmt --install amd64`), or build on x86-64',
  ],
  [
    /no such host|could not resolve|i\/o timeout|network is unreachable|connection refused|server misbehaving/i,
    'the network: check that the engine reaches the registry, its name service and proxy',
  ],
  [
    /no basic auth credentials|\bdenied\b|unauthorized|authentication required|invalid username/i,
    'the registry refuses the login: allow ecr:InitiateLayerUpload, ecr:UploadLayerPart, ecr:CompleteLayerUpload, ecr:BatchCheckLayerAvailability and ecr:PutImage; `batchline launch iam` prints a policy',
  ],
];

function remedyOf(said: string): string | undefined {
  return remedies.find(([pattern]) => pattern.test(said))?.[1];
}

function withoutSecret(text: string, secret: string | undefined): string {
  return secret === undefined || secret === '' ? text : text.replaceAll(secret, '…');
}
