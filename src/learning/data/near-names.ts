/** `did you mean "label"?`, or all the names where none is near. */
export function meant(given: string, names: readonly string[], all: string): string {
  const near = names.filter((name) => isNear(name, given));
  if (near.length > 0) return `did you mean ${near.slice(0, 3).map(quoted).join(' or ')}?`;
  const listed = names.slice(0, mostListed).map(quoted).join(', ');
  return `${all} ${names.length > mostListed ? `${listed}, … (${names.length} in all)` : listed || 'nothing'}`;
}

const mostListed = 12;

/** Whether two names differ only in case, separators and white space, by one edit, or by two where they are long. */
function isNear(known: string, given: string): boolean {
  const [a, b] = [plain(known), plain(given)];
  if (a === b) return true;
  if (a !== '' && b !== '' && Number(a) === Number(b)) return true; // 1 and 1.0
  const most = Math.min(a.length, b.length) > 5 ? 2 : 1;
  return Math.min(a.length, b.length) > 2 && Math.abs(a.length - b.length) <= most && distance(a, b) <= most;
}

function plain(name: string): string {
  return name.toLowerCase().replace(/^\$\.|[\s_-]/g, '');
}

/** How many characters must be added, removed or replaced (Levenshtein). */
function distance(a: string, b: string): number {
  let above = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const replaced = (above[column - 1] as number) + (a[row - 1] === b[column - 1] ? 0 : 1);
      current.push(Math.min(replaced, (above[column] as number) + 1, (current[column - 1] as number) + 1));
    }
    above = current;
  }
  return above[b.length] as number;
}

function quoted(name: string): string {
  return JSON.stringify(name.length > 60 ? `${name.slice(0, 57)}…` : name);
}
