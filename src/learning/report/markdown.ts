/** A section, or nothing where all its parts are missing. */
export function section(title: string, parts: readonly (string | undefined)[]): string {
  const present = parts.filter((part) => part !== undefined && part !== '');
  return present.length === 0 ? '' : `## ${title}\n\n${present.join('\n\n')}`;
}

/** What was said, or that nothing was, and where to say it: an empty section would read as "none". */
export function orNotStated(text: string | undefined, parameter?: string): string {
  if (text !== undefined && text !== '') return text;
  return parameter === undefined ? 'Not stated.' : `Not stated (\`${parameter}\` in the parameter file).`;
}

export function list(items: readonly string[]): string {
  return items.map((item) => `- ${item.trim().replace(/\n/g, '\n  ')}`).join('\n');
}

export function table(header: readonly string[], rows: readonly (readonly (string | undefined)[])[]): string {
  const line = (cells: readonly (string | undefined)[]) => `| ${cells.map((text) => cell(text ?? '')).join(' | ')} |`;
  return [line(header), line(header.map(() => '---')), ...rows.map(line)].join('\n');
}

/** A text that stays within its cell, and is no markup: data may hold anything. */
export function cell(text: string): string {
  return text.replace(/\s*\n\s*/g, ' ').replace(/(?<!\\)[|<]/g, (found) => (found === '|' ? '\\|' : '&lt;'));
}

/** A block fenced by more backticks than the text has in a row. */
export function codeBlock(text: string, language: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}${language}\n${text.trim()}\n${fence}`;
}
