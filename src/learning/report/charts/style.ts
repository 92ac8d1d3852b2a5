import type { Figure } from '../evaluation-facts.ts';

export const blue = '#2f6fb0';
export const orange = '#c8641b';
export const grey = '#767676';
export const classColours = [orange, blue, '#3d8a4e', '#8d5fb3', '#a0522d', '#5f6b73'];
export const square = { width: 340, height: 340 };
/** Text. */
export const ink = '#1a1a1a';

/** Dark on white: the pictures go into documents, mails and chats, whose background nobody knows. */
export const chartConfig = {
  background: '#ffffff',
  padding: 12,
  font: 'DejaVu Sans, Verdana, sans-serif',
  view: { stroke: null },
  title: {
    anchor: 'start',
    color: ink,
    fontSize: 15,
    subtitleColor: '#444444',
    subtitleFontSize: 12,
    offset: 14,
    subtitlePadding: 5,
  },
  axis: {
    labelColor: ink,
    titleColor: ink,
    domainColor: '#888888',
    tickColor: '#888888',
    gridColor: '#e4e4e4',
    labelFontSize: 11,
    titleFontSize: 12,
    titleFontWeight: 'normal',
    titlePadding: 8,
    labelPadding: 4,
    labelFlush: false,
  },
  legend: {
    labelColor: ink,
    titleColor: ink,
    labelFontSize: 11,
    titleFontSize: 12,
    titleFontWeight: 'normal',
    labelLimit: 260,
  },
} as const;

export function withFigure(name: string, figure: Figure | undefined): string {
  if (figure === undefined || !Number.isFinite(figure.value)) return '';
  const { value, low, high } = figure;
  return `${name} ${round(value)}${low === undefined || high === undefined ? '' : ` (${round(low)} to ${round(high)})`}`;
}

export function round(value: number): string {
  return value.toFixed(3);
}

export function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

export function grouped(count: number): string {
  return count.toLocaleString('en-US');
}

export function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/** Names that have room; they stay different, because equal ones would be drawn on top of each other. */
export function shortNames(names: readonly string[]): string[] {
  const taken = new Set<string>();
  return names.map((name, index) => {
    const characters = [...name];
    const cut = `${characters.slice(0, 12).join('')}…${characters.slice(-9).join('')}`;
    const short = characters.length <= 22 ? name : taken.has(cut) ? `${cut} ${index}` : cut;
    taken.add(short);
    return short;
  });
}
