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

/** How many characters must be added, removed, replaced, or swapped with the next one (Damerau's distance). */
function distance(a: string, b: string): number {
  const rows = [Array.from({ length: b.length + 1 }, (_, column) => column)];
  const at = (row: number, column: number) => rows[row]?.[column] ?? Number.POSITIVE_INFINITY;
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    rows.push(current);
    for (let column = 1; column <= b.length; column++) {
      const same = a[row - 1] === b[column - 1];
      const swapped = a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      const edits = [at(row - 1, column) + 1, at(row, column - 1) + 1, at(row - 1, column - 1) + (same ? 0 : 1)];
      if (swapped) edits.push(at(row - 2, column - 2) + 1);
      current.push(Math.min(...edits));
    }
  }
  return at(a.length, b.length);
}

function quoted(name: string): string {
  return JSON.stringify(name.length > 60 ? `${name.slice(0, 57)}…` : name);
}
