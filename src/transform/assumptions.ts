import { BatchlineError } from '../errors.ts';

/** One row of the table of what AWS leaves open, which this file, `--help` and the README share. */
export interface Assumption {
  readonly values: readonly string[] | 'seconds';
  readonly default: string;
  readonly about: string;
}

/**
 * What SageMaker's documentation does not say, each as one setting: `--assume NAME=VALUE`. The defaults lose no data and
 * hide no failure.
 */
export const assumptionsTable = {
  'retry-on': {
    values: ['connection,timeout,5xx', 'connection,timeout', 'none'],
    default: 'connection,timeout,5xx',
    about: 'Which failed requests are tried again; 4xx never are.',
  },
  'first-retry-seconds': {
    values: 'seconds',
    default: '0.5',
    about: 'The longest pause before the first retry; it doubles each time, up to 10 s.',
  },
  terminator: {
    values: ['keep', 'strip'],
    default: 'keep',
    about: 'SplitType Line: whether the newline at the end of a mini-batch is sent; those between records always are.',
  },
  'blank-lines': {
    values: ['send', 'drop'],
    default: 'send',
    about: 'SplitType Line: whether a blank line is a record, or left out of what is sent and of the output.',
  },
  'assemble-line': {
    values: ['if-missing', 'always'],
    default: 'if-missing',
    about: 'AssembleWith Line: a newline after a reply that does not end in one, or after every reply.',
  },
  'output-key': {
    values: ['remainder', 'basename'],
    default: 'remainder',
    about: 'Below S3OutputPath: the part of the key behind the prefix, with its folders, or its last part alone.',
  },
  'slice-end': {
    values: ['exclusive', 'inclusive'],
    default: 'exclusive',
    about: 'Whether $[1:4] is the columns 1 to 3, as in JSONPath, or 1 to 4, as in the developer guide’s prose.',
  },
  'multi-range': {
    values: ['refuse', 'allow'],
    default: 'refuse',
    about: 'A path that mixes a range with others, such as $[0,5:]: fails at run time, as reported, or works.',
  },
  environment: {
    values: ['job', 'model'],
    default: 'job',
    about: 'Whose value a variable has that both the job and the model set.',
  },
  'gzip-output': {
    values: ['keep', 'strip'],
    default: 'keep',
    about: 'CompressionType Gzip: the output of a.csv.gz is a.csv.gz.out, or a.csv.out.',
  },
  'empty-object': {
    values: ['empty-output', 'send', 'skip'],
    default: 'empty-output',
    about: 'An object without a byte: an empty .out without a request, an empty request, or nothing at all.',
  },
  'folder-marker': {
    values: ['skip', 'score'],
    default: 'skip',
    about: 'A key without a byte that ends in /: what consoles make for a folder.',
  },
  'stop-seconds': {
    values: 'seconds',
    default: '30',
    about: 'How long a container may take between SIGTERM and SIGKILL.',
  },
  'ping-seconds': {
    values: 'seconds',
    default: '1800',
    about: 'How long a container may take until /ping is 200.',
  },
  'no-content': {
    values: ['success', 'failure'],
    default: 'success',
    about: 'A reply with status 204: an empty success, or a failure.',
  },
  'sort-keys': {
    values: ['joined', 'never'],
    default: 'joined',
    about: 'Whether the keys of a joined JSON object are sorted by their bytes, as was observed.',
  },
  'execution-parameters': {
    values: ['ignore', 'fail'],
    default: 'ignore',
    about:
      'An answer of /execution-parameters that cannot be understood or breaks the 100 MB rule: defaults instead, or a failed job.',
  },
  megabyte: {
    values: ['MiB', 'MB'],
    default: 'MiB',
    about: 'What MaxPayloadInMB counts: 1,048,576 bytes, as the containers do, or 1,000,000.',
  },
} as const satisfies Readonly<Record<string, Assumption>>;

export type AssumptionName = keyof typeof assumptionsTable;

type ValueOf<T> = T extends readonly string[] ? T[number] : string;

/** What is assumed, by name; durations are texts of seconds. */
export type Assumptions = { readonly [K in AssumptionName]: ValueOf<(typeof assumptionsTable)[K]['values']> };

export const defaultAssumptions = Object.fromEntries(
  Object.entries(assumptionsTable).map(([name, row]) => [name, row.default]),
) as Assumptions;

/** `NAME=VALUE` texts over the defaults. @throws BatchlineError INVALID_SETTING */
export function parseAssumptions(texts: readonly string[]): Assumptions {
  const given = texts.map((text) => {
    const [, name = '', value = ''] = /^([^=]+)=(.*)$/.exec(text) ?? [];
    if (!Object.hasOwn(assumptionsTable, name)) {
      throw invalid(
        `expected NAME=VALUE with a name of ${Object.keys(assumptionsTable).join(', ')}, received "${text}"`,
      );
    }
    const { values }: Assumption = assumptionsTable[name as AssumptionName];
    const fits = values === 'seconds' ? isSeconds(value) : values.includes(value);
    if (fits) return [name, value] as const;
    const expected = values === 'seconds' ? `a number of seconds up to ${mostSeconds}` : values.join(' or ');
    throw invalid(`${name}: expected ${expected}, received "${value}"`);
  });
  return { ...defaultAssumptions, ...Object.fromEntries(given) };
}

/** A day; timers know no more than 24. */
const mostSeconds = 86_400;

function isSeconds(text: string): boolean {
  return /^\d+(\.\d+)?$/.test(text) && Number(text) <= mostSeconds;
}

/** A line for each, for --help. */
export function assumptionsHelp(): string {
  return Object.entries(assumptionsTable)
    .map(([name, { values, default: fallback, about }]: [string, Assumption]) => {
      const choice = values === 'seconds' ? `${fallback} (seconds)` : values.join(' | ');
      return `  ${name}=${choice}\n      ${about}`;
    })
    .join('\n');
}

function invalid(message: string): BatchlineError {
  return new BatchlineError('INVALID_SETTING', `--assume: ${message}`);
}
