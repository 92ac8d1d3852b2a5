import type { BatchStrategy } from '../settings.ts';
import type { BlockFacts, RecordFinding } from './check-block.ts';

/** The settings of the job that the input is looked at for. */
export interface InspectSettings {
  /** Of every object; by the object's extension if undefined. */
  readonly contentType: string | undefined;
  readonly splitType: 'Line' | 'None' | 'RecordIO' | 'TFRecord';
  readonly batchStrategy: BatchStrategy;
  /** MiB; 0 for no limit. */
  readonly maxPayloadInMB: number;
  readonly instanceCount: number;
  readonly compressionType: 'None' | 'Gzip';
}

/** What can be said of an input: of records, of objects, of all of it. */
export type Finding =
  | RecordFinding
  | 'noObjects'
  | 'unreadable'
  | 'emptyObject'
  | 'folderMarker'
  | 'gzipUndeclared'
  | 'notGzip'
  | 'corruptGzip'
  | 'utf16'
  | 'byteOrderMark'
  | 'documentInLines'
  | 'brokenFraming'
  | 'objectOverPayload'
  | 'header'
  | 'headerPresent'
  | 'raggedRow'
  | 'mostlyBad'
  | 'idleInstances'
  | 'unevenObjects';

export interface Place {
  readonly object?: string;
  /** From 1; where rows go over several lines, the row. */
  readonly line?: number;
  readonly why?: string;
}

/** How often something was found, and the first places of it. */
export interface Findings {
  readonly count: number;
  readonly objects: number;
  readonly places: readonly Place[];
}

export interface InputFacts {
  readonly objects: number;
  /** As stored. */
  readonly bytes: number;
  /** After decompression. */
  readonly contentBytes: number;
  readonly largest: { readonly object: string; readonly bytes: number } | undefined;
  readonly records: number;
  readonly longest: { readonly object: string; readonly line: number; readonly bytes: number } | undefined;
  /** An estimate: exact for SingleRecord and for whole objects. */
  readonly miniBatches: number;
  readonly contentTypes: Readonly<Record<string, number>>;
  /** Of CSV, how many rows have so many columns. */
  readonly columns: Readonly<Record<string, number>>;
  readonly found: ReadonlyMap<Finding, Findings>;
}

/** Gathers what is found in one object or, by `add`, in several; keeps counts and the first places only. */
export class FactsGatherer {
  readonly #mostPlaces: number;
  readonly #found = new Map<Finding, { count: number; objects: number; places: Place[] }>();
  readonly #columns = new Map<number, { count: number; objects: number; first: Place }>();
  readonly #contentTypes = new Map<string, number>();
  #objects = 0;
  #bytes = 0;
  #contentBytes = 0;
  #miniBatches = 0;
  #largest: InputFacts['largest'];
  #longest: InputFacts['longest'];
  /** So far. */
  records = 0;

  /** @param mostPlaces how many places of one finding are kept */
  constructor(mostPlaces: number) {
    this.#mostPlaces = mostPlaces;
  }

  note(finding: Finding, places: readonly Place[], count = places.length, objects = 1): void {
    const found = this.#found.get(finding) ?? { count: 0, objects: 0, places: [] };
    this.#found.set(finding, found);
    found.count += count;
    found.objects = objects;
    found.places.push(...places.slice(0, this.#mostPlaces - found.places.length));
  }

  countOf(finding: Finding): number {
    return this.#found.get(finding)?.count ?? 0;
  }

  object({ name, bytes, contentBytes, contentType, miniBatches }: ObjectTotals): void {
    this.#objects = 1;
    this.#bytes = bytes;
    this.#contentBytes = contentBytes;
    this.#miniBatches = miniBatches;
    this.#contentTypes.set(contentType, 1);
    this.#largest = { object: name, bytes };
  }

  /** The records of the object that follow those so far. */
  block(object: string, { records, longest, found, columns }: BlockFacts): void {
    const place = (index: number): Place => ({ object, line: this.records + index + 1 });
    if (longest.bytes > (this.#longest?.bytes ?? 0)) {
      this.#longest = { object, line: this.records + longest.index + 1, bytes: longest.bytes };
    }
    for (const [finding, { count, first }] of Object.entries(found)) {
      const places = first.map(({ index, why }) => ({ ...place(index), ...(why === '' ? {} : { why }) }));
      this.note(finding as RecordFinding, places, count);
    }
    for (const { columns: width, count, index } of columns) {
      const known = this.#columns.get(width) ?? { count: 0, objects: 1, first: place(index) };
      known.count += count;
      this.#columns.set(width, known);
    }
    this.records += records;
  }

  /** What was gathered of another object. */
  add(other: FactsGatherer): void {
    this.#objects += other.#objects;
    this.#bytes += other.#bytes;
    this.#contentBytes += other.#contentBytes;
    this.#miniBatches += other.#miniBatches;
    this.records += other.records;
    if ((other.#largest?.bytes ?? -1) > (this.#largest?.bytes ?? -1)) this.#largest = other.#largest;
    if ((other.#longest?.bytes ?? 0) > (this.#longest?.bytes ?? 0)) this.#longest = other.#longest;
    for (const [type, count] of other.#contentTypes)
      this.#contentTypes.set(type, (this.#contentTypes.get(type) ?? 0) + count);
    for (const [finding, { count, objects, places }] of other.#found) {
      this.note(finding, places, count, (this.#found.get(finding)?.objects ?? 0) + objects);
    }
    for (const [width, { count, objects, first }] of other.#columns) {
      const known = this.#columns.get(width) ?? { count: 0, objects: 0, first };
      this.#columns.set(width, { ...known, count: known.count + count, objects: known.objects + objects });
    }
  }

  /** All but what was found, and the columns. */
  totals(): Omit<InputFacts, 'found' | 'columns'> {
    return {
      objects: this.#objects,
      bytes: this.#bytes,
      contentBytes: this.#contentBytes,
      largest: this.#largest,
      records: this.records,
      longest: this.#longest,
      miniBatches: this.#miniBatches,
      contentTypes: Object.fromEntries(this.#contentTypes),
    };
  }

  facts(): InputFacts {
    this.#noteRaggedRows();
    return {
      ...this.totals(),
      columns: Object.fromEntries([...this.#columns].map(([width, { count }]) => [width, count])),
      found: this.#found,
    };
  }

  /** Rows that have not as many columns as most rows have. */
  #noteRaggedRows(): void {
    const [usual, ...others] = [...this.#columns].sort(([, a], [, b]) => b.count - a.count);
    for (const [width, { count, objects, first }] of others) {
      const why = `${width} ${width === 1 ? 'column' : 'columns'}, most rows have ${usual?.[0]}`;
      this.note('raggedRow', [{ ...first, why }], count, objects);
    }
  }
}

export interface ObjectTotals {
  readonly name: string;
  readonly bytes: number;
  readonly contentBytes: number;
  readonly contentType: string;
  readonly miniBatches: number;
}
