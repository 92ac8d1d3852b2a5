/** Numbers as people read them. */
export function count(value: number | undefined): string {
  return value === undefined ? '–' : value.toLocaleString('en');
}

export function megabytes(bytes: number): string {
  if (bytes >= 1e9) return `${(bytes / 1e9).toFixed(2)} GB`;
  return bytes >= 1e5 ? `${(bytes / 1e6).toFixed(1)} MB` : `${count(bytes)} bytes`;
}

export function duration(seconds: number): string {
  if (seconds < 60) return `${seconds.toFixed(seconds < 10 ? 2 : 1)} s`;
  const whole = Math.round(seconds);
  const minutes = Math.floor(whole / 60);
  return minutes < 60 ? `${minutes} min ${whole % 60} s` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

export function milliseconds(value: number): string {
  return value < 1000 ? `${value.toPrecision(3)} ms` : duration(value / 1000);
}

export function percent(share: number): string {
  return `${(share * 100).toFixed(share > 0 && share < 0.01 ? 2 : 1)} %`;
}

/** Three significant digits, without exponents for ordinary numbers. */
export function decimal(value: number): string {
  return Number(value.toPrecision(4)).toString();
}

/** Costs are often less than a cent. */
export function money(value: number, currency: string): string {
  if (value > 0 && value < 0.0001) return `< 0.0001 ${currency}`;
  return `${value.toFixed(value >= 1 ? 2 : 4)} ${currency}`;
}

export function plural(value: number, word: string, words = `${word}s`): string {
  return `${count(value)} ${value === 1 ? word : words}`;
}
