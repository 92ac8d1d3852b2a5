/** JSON for people and for diffs: indented, but what holds only plain values on one line. */
export function formatJson(value: unknown): string {
  return `${format(value, '')}\n`;
}

function format(value: unknown, indent: string): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const members = Array.isArray(value)
    ? value.map((item) => ['', item] as const)
    : Object.entries(value)
        .filter(([, member]) => member !== undefined)
        .map(([key, member]) => [`${JSON.stringify(key)}: `, member] as const);
  const [open, close] = Array.isArray(value) ? '[]' : '{}';
  if (indent !== '' && members.every(([, member]) => typeof member !== 'object' || member === null)) {
    const space = Array.isArray(value) || members.length === 0 ? '' : ' ';
    return `${open}${space}${members.map(([key, member]) => key + format(member, indent)).join(', ')}${space}${close}`;
  }
  const inner = `${indent}  `;
  const lines = members.map(([key, member]) => `${inner}${key}${format(member, inner)}`);
  return lines.length === 0 ? `${open}${close}` : `${open}\n${lines.join(',\n')}\n${indent}${close}`;
}
