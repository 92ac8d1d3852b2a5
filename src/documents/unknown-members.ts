/** What to say of names that nothing has: the one that was probably meant, or all that there are. */
export function unknownMembers(given: readonly string[], names: readonly string[]): string {
  return given
    .map((name) => {
      const meant = names.find((known) => nearly(known, name));
      return `unknown member "${name}"; ${meant ? `did you mean "${meant}"?` : `expected ${names.join(', ')}`}`;
    })
    .join('; ');
}

/** Whether two names differ only in case and separators, or by one letter that is missing, added or another. */
function nearly(known: string, given: string): boolean {
  const [a, b] = [known, given].map((name) => name.toLowerCase().replace(/[^a-z0-9]/g, '')) as [string, string];
  let start = 0;
  while (start < Math.min(a.length, b.length) && a[start] === b[start]) start++;
  let end = 0;
  while (end < Math.min(a.length, b.length) - start && a.at(-1 - end) === b.at(-1 - end)) end++;
  return Math.max(a.length, b.length) - start - end <= 1;
}
