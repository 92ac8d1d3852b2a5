import { BatchlineError, messageOf } from '../../errors.ts';
import { callProgram } from '../../transform/containers/call-program.ts';
import { type BuildTool, buildTools } from '../launch-file/launch.ts';

const answerWithinMs = 20_000;

/**
 * The tool of that name; without a name the first that is installed and answers.
 * @throws BatchlineError INVALID_SETTING that says why each does not; the signal's reason
 */
export async function findBuildTool(wanted: BuildTool | undefined, signal: AbortSignal): Promise<BuildTool> {
  const why: string[] = [];
  for (const tool of wanted ? [wanted] : buildTools) {
    try {
      await callProgram(tool, ['version'], { timeoutMs: answerWithinMs, signal });
      return tool;
    } catch (error) {
      signal.throwIfAborted();
      const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
      why.push(`${tool}: ${missing ? 'not installed' : messageOf(error).split('\n').at(-1)}`);
    }
  }
  const subject = wanted
    ? `${wanted} is not installed or does not answer`
    : 'none of docker, podman and buildah answers';
  throw new BatchlineError(
    'INVALID_SETTING',
    `the image: ${subject} (${why.join('; ')}): install and start one, or name an image that exists in ECR`,
  );
}
