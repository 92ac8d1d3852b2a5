/**
 * Names the character at a place of a text for a message: `'x'`, or `U+000A` where it would not be seen. Never more
 * than this one character of a record's content gets into a message.
 */
export function nameCharacter(text: string, at: number): string {
  const codePoint = text.codePointAt(at) ?? 0;
  const character = String.fromCodePoint(codePoint);
  if (/^[\p{L}\p{N}\p{P}\p{S}]$/u.test(character)) return character === "'" ? `"'"` : `'${character}'`;
  return codePoint === 0x20 ? 'a space' : `U+${codePoint.toString(16).toUpperCase().padStart(4, '0')}`;
}
