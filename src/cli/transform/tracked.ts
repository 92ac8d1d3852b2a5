import { fetchDvc } from '../../storage/dvc/fetch-dvc.ts';
import { note } from '../failure.ts';
import type { Flags } from './flags.ts';

/** The options, with what DVC tracks (`dvc://path@rev`) in place of its name: fetched, and its MD5 checked. */
export async function withTracked(flags: Flags, signal: AbortSignal): Promise<Flags> {
  const [model, input] = await Promise.all([flags.model, flags.input].map((of) => fetched(of, signal)));
  return { ...flags, ...(model === undefined ? {} : { model }), ...(input === undefined ? {} : { input }) };
}

async function fetched(given: string | undefined, signal: AbortSignal): Promise<string | undefined> {
  if (!given?.startsWith('dvc://')) return given;
  const { path, md5, commit } = await fetchDvc(given, { signal });
  note(`${given}: md5 ${md5}${commit === undefined ? '' : `, commit ${commit}`}`);
  return path;
}
