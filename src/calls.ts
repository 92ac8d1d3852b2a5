import { channel } from 'node:diagnostics_channel';

/**
 * What is asked of other programs and services, told when it has been answered, for `--debug`: a text such as
 * `ecr.CreateRepository 200, 34 ms`. Never what is sent or answered, which may hold secrets. Costs nothing while nobody
 * listens.
 */
export const calls = channel('batchline:calls');

/** Makes a call and tells of it. @param outcomeOf what to say of an error */
export async function told<T>(
  name: string,
  make: () => Promise<T>,
  outcomeOf: (error: unknown) => string = (error) => (error as Error).name,
): Promise<T> {
  if (!calls.hasSubscribers) return await make();
  const start = performance.now();
  const tell = (outcome: string) => calls.publish(`${name}: ${outcome}, ${Math.round(performance.now() - start)} ms`);
  try {
    const answer = await make();
    tell('done');
    return answer;
  } catch (error) {
    tell(outcomeOf(error));
    throw error;
  }
}
