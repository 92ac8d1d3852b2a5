import type { AnalyzerSettings } from './analyzer-settings.ts';
import { stripAccentsAscii, stripAccentsUnicode } from './strip-accents.ts';

/** What scikit-learn does to a text before it looks for tokens: lower case first, then accents. */
export function createPreparation(settings: AnalyzerSettings): (text: string) => string {
  const lower = settings.lowercase ? (text: string) => text.toLowerCase() : (text: string) => text;
  if (settings.strip_accents === 'unicode') return (text) => stripAccentsUnicode(lower(text));
  if (settings.strip_accents === 'ascii') return (text) => stripAccentsAscii(lower(text));
  return lower;
}
