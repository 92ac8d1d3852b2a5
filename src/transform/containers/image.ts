import { BatchlineError, messageOf } from '../../errors.ts';
import type { ContainerEngine } from './engine.ts';

/** Pulling many gigabytes may take long, but not for ever. */
const pullTimeoutMs = 3_600_000;

/**
 * The labels of an image, which is pulled if it is not there, with its progress on stderr.
 * @throws BatchlineError INVALID_INPUT if it can neither be found nor pulled; the signal's reason
 */
export async function labelsOf(
  engine: ContainerEngine,
  image: string,
  signal: AbortSignal,
): Promise<Readonly<Record<string, string>>> {
  if (image.startsWith('-')) throw new BatchlineError('INVALID_INPUT', `"${image}": expected the name of an image`);
  try {
    return await inspect(engine, image, signal);
  } catch {
    signal.throwIfAborted();
    await pull(engine, image, signal);
    return await inspect(engine, image, signal);
  }
}

async function inspect(engine: ContainerEngine, image: string, signal: AbortSignal): Promise<Record<string, string>> {
  const text = await engine.call(['image', 'inspect', '--format', '{{json .Config.Labels}}', image], { signal });
  return (JSON.parse(text) ?? {}) as Record<string, string>;
}

async function pull(engine: ContainerEngine, image: string, signal: AbortSignal): Promise<void> {
  try {
    await engine.call(['pull', image], { signal, timeoutMs: pullTimeoutMs, shown: true });
  } catch (error) {
    signal.throwIfAborted();
    const message = `${image}: ${engine.name} has no such image, and cannot pull it: ${messageOf(error)}`;
    throw new BatchlineError('INVALID_INPUT', message, { cause: error });
  }
}

const bindToPort = 'com.amazonaws.sagemaker.capabilities.accept-bind-to-port';

/** @throws BatchlineError INVALID_INPUT where the image does not say that it listens where it is told to */
export function requireBindToPort(image: string, labels: Readonly<Record<string, string>>): void {
  if (labels[bindToPort] === 'true') return;
  const received = labels[bindToPort] === undefined ? 'none' : `"${labels[bindToPort]}"`;
  throw new BatchlineError(
    'INVALID_INPUT',
    `${image}: a container of an inference pipeline listens on SAGEMAKER_BIND_TO_PORT, and its image says so: ` +
      `expected the label ${bindToPort}=true, received ${received}`,
  );
}
