import type { Finding, InputFacts, Place } from './facts.ts';

/**
 * `failure`: the job fails, or its output is wrong. `warning`: error lines, or money for nothing. `note`: worth knowing.
 */
export type Severity = 'failure' | 'warning' | 'note';

export interface Problem {
  readonly code: Finding;
  readonly severity: Severity;
  /** How many records, rows, objects or instances. */
  readonly count: number;
  readonly message: string;
  readonly remedy: string;
  readonly places: readonly Place[];
}

interface Kind {
  readonly severity: Severity;
  /** What is counted: singular and plural. */
  readonly of: readonly [string, string];
  readonly says: string;
  readonly remedy: string;
}

const record = ['record', 'records'] as const;
const object = ['object', 'objects'] as const;
const row = ['row', 'rows'] as const;

/** In the order of the report: what ends a job, what spoils its output, what costs, what surprises. */
const kinds: Readonly<Record<Finding, Kind>> = {
  noObjects: {
    severity: 'failure',
    of: ['input', 'inputs'],
    says: 'without a byte to score: CreateTransformJob answers ValidationException where no object has the prefix',
    remedy: 'check the path: an S3 prefix is the beginning of keys, not a folder',
  },
  unreadable: {
    severity: 'failure',
    of: object,
    says: 'cannot be read',
    remedy: 'check permissions and the connection',
  },
  gzipUndeclared: {
    severity: 'failure',
    of: object,
    says: 'compressed with gzip, which the job does not say',
    remedy:
      'set CompressionType Gzip (--compression-type Gzip) and inspect again: nothing behind the first bytes was read',
  },
  notGzip: {
    severity: 'failure',
    of: object,
    says: 'not gzip, although CompressionType is Gzip',
    remedy: 'compress all objects or none: CompressionType holds for the whole job',
  },
  corruptGzip: { severity: 'failure', of: object, says: 'broken as gzip', remedy: 'compress it again from its source' },
  utf16: {
    severity: 'failure',
    of: object,
    says: 'in UTF-16, where UTF-8 is expected',
    remedy: 'convert it: iconv -f UTF-16 -t UTF-8',
  },
  documentInLines: {
    severity: 'failure',
    of: object,
    says: 'one JSON text for all records, which SplitType Line tears into lines that are no JSON',
    remedy: "write one record a line (jq -c '.[]'), or set SplitType None if each object fits into a request",
  },
  brokenFraming: {
    severity: 'failure',
    of: object,
    says: 'not of the binary format that SplitType says, from some record on',
    remedy: 'check SplitType, and write the object again',
  },
  objectOverPayload: {
    severity: 'failure',
    of: object,
    says: 'larger than MaxPayloadInMB, which SplitType None sends whole',
    remedy: 'set SplitType Line, or MaxPayloadInMB higher (at most 100) or 0',
  },
  overPayload: {
    severity: 'failure',
    of: record,
    says: 'larger than MaxPayloadInMB: the object fails',
    remedy: 'set MaxPayloadInMB above the longest record (at most 100), or shorten or remove the record',
  },
  openQuote: {
    severity: 'failure',
    of: row,
    says: 'with a quote that does not close on its line: SplitType Line tears rows with newlines in them',
    remedy: 'write newlines within cells otherwise (JSON lines, a space), or set SplitType None for objects that fit',
  },
  headerPresent: {
    severity: 'failure',
    of: record,
    says: 'lost: header=present takes the first row of every mini-batch for names, and only the first one has them',
    remedy: 'remove the header rows and header=present, or set SplitType None',
  },
  mostlyBad: {
    severity: 'failure',
    of: object,
    says: 'of which more than half the records cannot be read: the requests will be refused (BATCHLINE_MAX_ERROR_RATE)',
    remedy: 'check --content-type: it looks like another format',
  },
  invalidJson: {
    severity: 'warning',
    of: record,
    says: 'not JSON: an error line each',
    remedy: 'repair or remove them',
  },
  invalidUtf8: {
    severity: 'warning',
    of: record,
    says: 'not UTF-8, probably Latin-1 or Windows-1252: an error line each',
    remedy: 'convert the objects: iconv -f WINDOWS-1252 -t UTF-8',
  },
  strayQuote: {
    severity: 'warning',
    of: row,
    says: 'with something behind a closing quote: an error line each',
    remedy: 'double the quotes within quoted cells',
  },
  raggedRow: {
    severity: 'warning',
    of: row,
    says: 'with another number of columns than most: an error line each',
    remedy: 'look for unquoted commas and cut-off rows',
  },
  header: {
    severity: 'warning',
    of: object,
    says: 'with a header, it seems: it is scored as a record, or becomes an error line',
    remedy: "remove the first row (tail -n +2): SageMaker's CSV has no header",
  },
  byteOrderMark: {
    severity: 'warning',
    of: object,
    says: 'with a byte order mark: the first record becomes an error line, or its first cell is misread',
    remedy: "save without it (sed -i '1s/^\\xEF\\xBB\\xBF//')",
  },
  blank: {
    severity: 'warning',
    of: record,
    says: 'blank: an error line each, so that line n of the output stays line n of the input',
    remedy: "remove blank lines (sed -i '/^\\s*$/d')",
  },
  idleInstances: {
    severity: 'warning',
    of: ['instance', 'instances'],
    says: 'paid for without work, because objects are never divided between instances',
    remedy: 'set InstanceCount no higher than the number of objects, or split the objects',
  },
  unevenObjects: {
    severity: 'warning',
    of: object,
    says: 'so large that the other instances will wait for the one that has it',
    remedy: 'split it into objects of like size',
  },
  notChecked: {
    severity: 'warning',
    of: record,
    says: 'longer than 32 MiB, which were measured and not looked into',
    remedy: 'an error line each, unless BATCHLINE_MAX_RECORD_MB or MaxPayloadInMB is larger',
  },
  emptyObject: { severity: 'note', of: object, says: 'empty: no request, an empty .out', remedy: 'nothing to do' },
  folderMarker: { severity: 'note', of: object, says: 'a folder marker, which is left out', remedy: 'nothing to do' },
  crlf: {
    severity: 'note',
    of: record,
    says: 'ending in CRLF, which is sent as it is',
    remedy: 'nothing to do for batchline; other containers may take the CR for data',
  },
};

const ranks: Readonly<Record<Severity, number>> = { failure: 0, warning: 1, note: 2 };

/** What a job would trip over, worst first. */
export function problemsOf({ found }: InputFacts): Problem[] {
  const problems = (Object.keys(kinds) as Finding[]).flatMap((code) => {
    const findings = found.get(code);
    if (findings === undefined) return [];
    const { severity, of, says, remedy } = kinds[code];
    const { count, objects, places } = findings;
    const where = of !== object && objects > 1 ? ` (in ${objects.toLocaleString('en')} objects)` : '';
    const message = `${count.toLocaleString('en')} ${of[count === 1 ? 0 : 1]}${where} ${says}`;
    return [{ code, severity, count, message, remedy, places }];
  });
  return problems.sort((a, b) => ranks[a.severity] - ranks[b.severity]);
}
