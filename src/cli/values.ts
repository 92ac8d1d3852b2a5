import { InvalidArgumentError } from 'commander';

export function wholeNumber(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= min && value <= max) return value;
    throw new InvalidArgumentError(`Expected a whole number from ${min} to ${max}.`);
  };
}

export function httpUrl(text: string): URL {
  const url = URL.parse(text.endsWith('/') ? text : `${text}/`);
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return url;
  throw new InvalidArgumentError('Expected an address such as http://127.0.0.1:8080.');
}

export function collected(text: string, before: readonly string[]): string[] {
  return [...before, text];
}

const units: Readonly<Record<string, number>> = { KB: 1e3, MB: 1e6, GB: 1e9, KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30 };

/** `64MB`, in bytes. */
export function byteSize(text: string): number {
  const [, number = '', unit = ''] = /^(\d+)\s*([KMG]i?B)$/.exec(text) ?? [];
  const bytes = Number(number) * (units[unit] ?? 0);
  if (bytes >= 1024) return bytes;
  throw new InvalidArgumentError('Expected a size from 1KiB, such as 64MB, 64MiB or 1GB.');
}
