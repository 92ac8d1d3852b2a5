/** scikit-learn's strip_accents_unicode: compatibility decomposition, then without its combining characters. */
export function stripAccentsUnicode(text: string): string {
  if (!nonAscii.test(text)) return text;
  let stripped = '';
  for (const character of text.normalize('NFKD')) if (!isCombining(character)) stripped += character;
  return stripped;
}

/** scikit-learn's strip_accents_ascii: compatibility decomposition, then only what is ASCII. */
export function stripAccentsAscii(text: string): string {
  return nonAscii.test(text) ? text.normalize('NFKD').replace(/[^\0-\x7f]/g, '') : text;
}

const nonAscii = /[^\0-\x7f]/;
const combining = new Map<string, boolean>();

function isCombining(character: string): boolean {
  if (character < '\u0300') return false;
  let known = combining.get(character);
  if (known === undefined) {
    known = hasCombiningClass(character);
    combining.set(character, known);
  }
  return known;
}

/**
 * Whether Unicode's combining class is not zero, which JavaScript does not tell directly (`\p{M}` is wider: Indic vowel
 * signs are marks of class zero). Normalization sorts neighbouring marks by class, and never moves class zero: so a
 * character of a class above 1 moves behind U+0334 (class 1), and one of class 1 before U+0345 (class 240).
 */
function hasCombiningClass(character: string): boolean {
  const low = `${character}\u0334`;
  const high = `\u0345${character}`;
  return low.normalize('NFD') !== low || high.normalize('NFD') !== high;
}
