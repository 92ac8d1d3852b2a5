import type { Problem } from '../step.ts';

/** Problems for people: numbered, failures first, a line for each and one for its remedy; nothing for none. */
export function problemsText(problems: readonly Problem[]): string {
  const failures = problems.filter(({ severity }) => severity === 'failure');
  const hints = problems.filter(({ severity }) => severity === 'hint');
  const numbered = [...failures, ...hints].flatMap(({ severity, message }, index) => {
    const { text, remedy } = withRemedy(printable(message));
    const head = `${`${index + 1}.`.padStart(3)} ${severity === 'failure' ? 'FAILURE' : 'hint   '}`;
    return [`${head}  ${text}`, ...(remedy === undefined ? [] : [`${' '.repeat(13)}→ ${remedy}`])];
  });
  if (numbered.length === 0) return '';
  const counts = [count(failures.length, 'failure'), count(hints.length, 'hint')].filter((text) => text !== undefined);
  return `${[...numbered, counts.join(', ')].join('\n')}\n`;
}

/** Messages end with what to do, in brackets. */
function withRemedy(message: string): { text: string; remedy?: string } {
  if (!message.endsWith(')')) return { text: message };
  let depth = 0;
  for (let at = message.length - 1; at > 0; at -= 1) {
    if (message[at] === ')') depth += 1;
    if (message[at] === '(') depth -= 1;
    if (depth > 0) continue;
    if (message[at - 1] !== ' ') break;
    return { text: message.slice(0, at - 1), remedy: message.slice(at + 1, -1) };
  }
  return { text: message };
}

/** Messages quote keys and what servers said; a terminal must not obey it. */
function printable(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is to be replaced
  return text.replace(/[\u0000-\u001f\u007f-\u009f]+/g, ' ');
}

function count(number: number, word: string): string | undefined {
  return number === 0 ? undefined : `${number} ${word}${number === 1 ? '' : 's'}`;
}
