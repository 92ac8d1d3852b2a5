import { nameCharacter } from './character-name.ts';
import { numberEnd, Problem, stringEnd, wordEnd } from './json-token.ts';

/**
 * Why a text that JSON.parse rejected is not JSON: where (in characters from 1), what was expected, what was received.
 * JSON.parse's own messages quote the record around the place, and none of a record's content must get into a log.
 */
export function explainJson(text: string): string {
  return findJsonError(text) ?? 'the text is not JSON';
}

/** The same of any text: undefined exactly where JSON.parse would not throw. */
export function findJsonError(text: string): string | undefined {
  try {
    if (text.startsWith('\uFEFF')) throw new Problem(() => byteOrderMark, 0);
    checkValue(text);
    return undefined;
  } catch (error) {
    if (error instanceof Problem) return error.describe(text);
    throw error;
  }
}

const byteOrderMark = 'the text begins with a byte order mark, U+FEFF; save the file without it';

/** What may come next. The names are the words of the message. */
const expectations = {
  value: 'a value',
  valueOrEnd: "a value or ']'",
  valueBehindComma: "a value after ','",
  key: "a key in double quotes or '}'",
  keyBehindComma: "a key in double quotes after ','",
  colon: "':'",
  objectGoesOn: "',' or '}'",
  arrayGoesOn: "',' or ']'",
  end: 'the end of the text',
} as const;
type Expectation = keyof typeof expectations;

/** Walks the text with a stack of its own, so that depth costs memory and not the call stack. */
function checkValue(text: string): void {
  const open: ('{' | '[')[] = [];
  let expected: Expectation = 'value';
  for (let at = skipBlanks(text, 0); at < text.length || expected !== 'end'; at = skipBlanks(text, at)) {
    const character = text[at];
    if (closes(expected, character)) {
      open.pop();
      expected = behindValue(open);
      at += 1;
    } else if (expected === 'colon' || expected === 'objectGoesOn' || expected === 'arrayGoesOn') {
      if (character !== (expected === 'colon' ? ':' : ',')) throw unexpected(text, at, expected);
      expected = expected === 'colon' ? 'value' : expected === 'arrayGoesOn' ? 'valueBehindComma' : 'keyBehindComma';
      at += 1;
    } else if (expected === 'key' || expected === 'keyBehindComma') {
      if (character !== '"') throw unexpected(text, at, expected);
      at = stringEnd(text, at);
      expected = 'colon';
    } else if (expected !== 'end' && (character === '{' || character === '[')) {
      open.push(character);
      expected = character === '{' ? 'key' : 'valueOrEnd';
      at += 1;
    } else {
      const end = expected === 'end' ? undefined : scalarEnd(text, at);
      if (end === undefined) throw unexpected(text, at, expected);
      at = end;
      expected = behindValue(open);
    }
  }
}

function skipBlanks(text: string, from: number): number {
  let at = from;
  while (' \n\r\t'.includes(text[at] ?? 'x')) at += 1;
  return at;
}

function closes(expected: Expectation, character: string | undefined): boolean {
  if (character === '}') return expected === 'key' || expected === 'objectGoesOn';
  return character === ']' && (expected === 'valueOrEnd' || expected === 'arrayGoesOn');
}

function behindValue(open: readonly ('{' | '[')[]): Expectation {
  const innermost = open.at(-1);
  if (innermost === undefined) return 'end';
  return innermost === '{' ? 'objectGoesOn' : 'arrayGoesOn';
}

function scalarEnd(text: string, at: number): number | undefined {
  const character = text[at];
  if (character === undefined) return undefined;
  if (character === '"') return stringEnd(text, at);
  if (character === '-' || (character >= '0' && character <= '9')) return numberEnd(text, at);
  return wordEnd(text, at);
}

function unexpected(text: string, at: number, expected: Expectation): Problem {
  const what = expectations[expected];
  if (at >= text.length) return new Problem((place) => `the text ends at character ${place - 1}, expected ${what}`, at);
  return new Problem(
    (place) => `expected ${what} at character ${place}, received ${nameCharacter(text, at)}${hint(text, at, expected)}`,
    at,
  );
}

function hint(text: string, at: number, expected: Expectation): string {
  const character = text[at];
  if (expected.endsWith('BehindComma') && (character === '}' || character === ']')) return ' (trailing comma)';
  if (character === "'") return ' (JSON takes double quotes)';
  if (character === '#' || /^\/[/*]/.test(text.slice(at, at + 2))) return ' (comments are not JSON)';
  if (expected.startsWith('value') && character === '+') return ' (numbers have no plus sign)';
  if (expected.startsWith('value') && character === '.') return ' (numbers begin with a digit)';
  return '';
}
