/** Of each of the first mini-batches, and of each later one: a short job deserves a sample as well. */
const linesEach = { first: 200, later: 20 };
const firstMiniBatches = 20;
/** So many bytes of a reply are looked at; a line that is longer is left out. */
const bytesEach = 64 * 1024;
/** After so many lines, half as many mini-batches are looked at, again and again. */
const linesAStride = 4000;
const mostLines = 40_000;
const mostLabels = 50;
const longestLabel = 80;
const mostShown = 5;
const newline = 0x0a;
const scoreKeys = ['probability', 'score', 'raw_score'] as const;

/** What a sample of the answers says. */
export interface AnswerFacts {
  readonly sampledLines: number;
  readonly sampledMiniBatches: number;
  /** How many answers have each label, most frequent first; undefined if there are more than 50, or none. */
  readonly labels: readonly { readonly label: string; readonly count: number }[] | undefined;
  readonly tooManyLabels: boolean;
  /** The scores by name: a key of the answers, or the column of a CSV reply. */
  readonly scores: readonly { readonly name: string; readonly values: readonly number[] }[];
  /** The first answers as they are; only where they may be shown. */
  readonly lines: readonly string[];
}

/** Takes the first lines of mini-batches, fewer the longer the job goes on, and tallies labels and scores. */
export class AnswerSample {
  readonly #showRecords: boolean;
  readonly #labels = new Map<string, number>();
  readonly #scores = new Map<string, number[]>();
  readonly #shown: string[] = [];
  #stride = 1;
  #miniBatches = 0;
  #sampled = 0;
  #lines = 0;

  constructor(showRecords: boolean) {
    this.#showRecords = showRecords;
  }

  add(reply: readonly Buffer[]): void {
    this.#miniBatches += 1;
    if (this.#miniBatches % this.#stride !== 0 || this.#lines >= mostLines) return;
    this.#sampled += 1;
    const most = this.#sampled <= firstMiniBatches ? linesEach.first : linesEach.later;
    for (const line of firstLines(reply, most)) this.#line(line);
    while (this.#lines >= linesAStride * (Math.log2(this.#stride) + 1)) this.#stride *= 2;
  }

  facts(): AnswerFacts {
    const labels = [...this.#labels].sort(([, a], [, b]) => b - a).map(([label, count]) => ({ label, count }));
    const tooManyLabels = labels.length > mostLabels;
    return {
      sampledLines: this.#lines,
      sampledMiniBatches: this.#sampled,
      labels: labels.length === 0 || tooManyLabels ? undefined : labels,
      tooManyLabels,
      scores: [...this.#scores].map(([name, values]) => ({ name, values })),
      lines: this.#shown,
    };
  }

  #line(line: string): void {
    this.#lines += 1;
    if (this.#showRecords && this.#shown.length < mostShown) this.#shown.push(line);
    const value = parsed(line);
    if (value === undefined) this.#row(line.split(','));
    else if (typeof value === 'number') this.#score('prediction', value);
    else if (value !== null && typeof value === 'object') this.#object(value as Record<string, unknown>);
  }

  #object(answer: Record<string, unknown>): void {
    if (answer['error'] !== undefined) return;
    const label = answer['predicted_label'];
    if (label !== undefined) this.#label(String(label));
    for (const key of scoreKeys) if (typeof answer[key] === 'number') this.#score(key, answer[key]);
  }

  /** CSV: a first cell that is no number is a label; the first number is its score. */
  #row(cells: readonly string[]): void {
    const [first = ''] = cells;
    if (first.startsWith('ERROR:')) return;
    if (Number.isNaN(Number(first))) this.#label(first);
    const column = cells.findIndex((cell) => cell.trim() !== '' && Number.isFinite(Number(cell)));
    if (column >= 0) this.#score(`column ${column + 1}`, Number(cells[column]));
  }

  #label(label: string): void {
    const known = label.slice(0, longestLabel);
    if (this.#labels.has(known) || this.#labels.size <= mostLabels) {
      this.#labels.set(known, (this.#labels.get(known) ?? 0) + 1);
    }
  }

  #score(name: string, value: number): void {
    const values = this.#scores.get(name) ?? [];
    this.#scores.set(name, values);
    values.push(value);
  }
}

function firstLines(reply: readonly Buffer[], most: number): string[] {
  const pieces: Buffer[] = [];
  let bytes = 0;
  for (const piece of reply) {
    if (bytes >= bytesEach) break;
    pieces.push(piece.subarray(0, bytesEach - bytes));
    bytes += piece.length;
  }
  const head = pieces.length === 1 ? (pieces[0] as Buffer) : Buffer.concat(pieces);
  const lines: string[] = [];
  for (let start = 0; lines.length < most && start < head.length; ) {
    const found = head.indexOf(newline, start);
    if (found < 0 && bytes > bytesEach) break; // cut off
    const end = found < 0 ? head.length : found;
    lines.push(head.toString('utf8', start, end).replace(/\r$/, ''));
    start = end + 1;
  }
  return lines;
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
