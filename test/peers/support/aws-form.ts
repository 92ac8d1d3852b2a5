/** What a form of AWS's Query protocol says: `ActionNames.member.1=iam:PassRole` is the first of the list ActionNames. */
export function readForm(form: string): Record<string, unknown> {
  const root: Record<string, unknown> = {};
  for (const [path, value] of new URLSearchParams(form)) {
    const names = path.split('.');
    const last = names.pop() as string;
    let at = root;
    for (const name of names) {
      at[name] ??= {};
      at = at[name] as Record<string, unknown>;
    }
    at[last] = value;
  }
  return unwrapped(root) as Record<string, unknown>;
}

function unwrapped(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const { member, ...rest } = value as Record<string, unknown>;
  if (typeof member === 'object' && member !== null) return Object.values(member).map(unwrapped);
  return Object.fromEntries(Object.entries(rest).map(([name, each]) => [name, unwrapped(each)]));
}
