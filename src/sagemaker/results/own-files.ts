/**
 * What finishing a job writes beside its outputs. All outputs end in `.out`, so none of these can be one; they are
 * listed with the inputs where the output path lies in the input's prefix, and are left out there.
 */
export const ownFiles = {
  errors: 'errors.jsonl',
  report: 'report.json',
  page: 'report.html',
  lineage: 'lineage.json',
} as const;

const manifest = /^resume-[0-9a-f]{16}\.manifest$/;

/** The name of a manifest of unfinished objects. @param hash 16 hex digits of what it holds */
export function manifestName(hash: string): string {
  return `resume-${hash}.manifest`;
}

/** @param name what follows the output path in a key */
export function isOwnFile(name: string): boolean {
  return Object.values<string>(ownFiles).includes(name) || manifest.test(name);
}
