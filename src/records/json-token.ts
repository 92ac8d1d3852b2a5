import { nameCharacter } from './character-name.ts';

/** What is wrong with a JSON text, and at which index; the words get the place counted in characters from 1. */
export class Problem {
  readonly #words: (place: number) => string;
  readonly #at: number;

  constructor(words: (place: number) => string, at: number) {
    this.#words = words;
    this.#at = at;
  }

  describe(text: string): string {
    let place = 1;
    for (let i = 0; i < this.#at; place += 1) i += (text.codePointAt(i) as number) > 0xffff ? 2 : 1;
    return this.#words(place);
  }
}

/** Behind the string whose opening quote is at `from`. */
export function stringEnd(text: string, from: number): number {
  for (let at = from + 1; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === 0x22) return at + 1;
    if (code < 0x20) throw expected('an escape such as \\n in the string', text, at);
    if (code === 0x5c) at = escapeEnd(text, at) - 1;
  }
  throw endsInside(text, 'a string');
}

function escapeEnd(text: string, backslash: number): number {
  const at = backslash + 1;
  const character = text[at];
  if (character === undefined) throw endsInside(text, 'a string');
  if (character !== 'u') {
    if (!'"\\/bfnrt'.includes(character)) throw expected('one of "\\/bfnrtu after a backslash', text, at);
    return at + 1;
  }
  for (let i = at + 1; i < at + 5; i += 1) {
    if (i >= text.length) throw endsInside(text, 'a string');
    if (!/[0-9a-fA-F]/.test(text[i] as string)) throw expected('four hexadecimal digits after \\u', text, i);
  }
  return at + 5;
}

/** Behind the number that begins at `from` with a digit or a minus sign. */
export function numberEnd(text: string, from: number): number {
  const first = text[from] === '-' ? from + 1 : from;
  if (text.startsWith('Infinity', first)) throw notJson('-Infinity', 'null', from);
  let at = digitsEnd(text, first);
  if (text[first] === '0' && at > first + 1) {
    throw new Problem((place) => `the number at character ${place} begins with a superfluous 0`, from);
  }
  if (text[at] === '.') at = digitsEnd(text, at + 1);
  if (text[at] === 'e' || text[at] === 'E') {
    at += text[at + 1] === '+' || text[at + 1] === '-' ? 2 : 1;
    at = digitsEnd(text, at);
  }
  return at;
}

/** Behind at least one digit. */
function digitsEnd(text: string, from: number): number {
  let at = from;
  while (isDigit(text.charCodeAt(at))) at += 1;
  if (at > from) return at;
  throw at >= text.length ? endsInside(text, 'a number') : expected('a digit', text, at);
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

const words = ['true', 'false', 'null'];

/** What other languages write in the place of a JSON value. */
const foreignWords: [word: string, instead: string][] = [
  ['NaN', 'null'],
  ['nan', 'null'],
  ['Infinity', 'null'],
  ['inf', 'null'],
  ['None', 'null'],
  ['undefined', 'null'],
  ['NULL', 'null'],
  ['True', 'true'],
  ['TRUE', 'true'],
  ['False', 'false'],
  ['FALSE', 'false'],
];

/** Behind true, false or null; undefined where another character begins no value. */
export function wordEnd(text: string, at: number): number | undefined {
  for (const word of words) {
    if (text.startsWith(word, at)) return at + word.length;
    const rest = text.slice(at, at + word.length);
    if (rest !== '' && at + rest.length === text.length && word.startsWith(rest)) throw endsInside(text, word);
  }
  for (const [word, instead] of foreignWords) if (text.startsWith(word, at)) throw notJson(word, instead, at);
  return undefined;
}

function notJson(word: string, instead: string, at: number): Problem {
  return new Problem((place) => `${word} at character ${place} is not JSON (use ${instead})`, at);
}

function endsInside(text: string, what: string): Problem {
  return new Problem((place) => `the text ends at character ${place - 1} inside ${what}`, text.length);
}

function expected(what: string, text: string, at: number): Problem {
  return new Problem((place) => `expected ${what} at character ${place}, received ${nameCharacter(text, at)}`, at);
}
