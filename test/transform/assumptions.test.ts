import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import {
  assumptionsHelp,
  assumptionsTable,
  defaultAssumptions,
  parseAssumptions,
} from '../../src/transform/assumptions.ts';
import { type JobChanges, runFiles } from './run-files.ts';
import { type StubRequest, stubContainer } from './stub-container.ts';

describe('NAME=VALUE', () => {
  test('stands for the default until it is given; the last one wins', () => {
    assert.deepEqual(parseAssumptions([]), defaultAssumptions);
    const given = parseAssumptions(['megabyte=MB', 'stop-seconds=0.5', 'stop-seconds=7']);
    assert.deepEqual(given, { ...defaultAssumptions, megabyte: 'MB', 'stop-seconds': '7' });
  });

  const wrong: [text: string, message: RegExp][] = [
    ['megabyte', /expected NAME=VALUE with a name of retry-on, .*megabyte, received "megabyte"$/],
    ['toString=1', /received "toString=1"$/],
    ['megabyte=GB', /^--assume: megabyte: expected MiB or MB, received "GB"$/],
    ...['', '-1', 'x', ' ', 'Infinity', '1e9', '86401'].map((text): [string, RegExp] => [
      `stop-seconds=${text}`,
      /expected a number of seconds up to 86400, received ".*"$/,
    ]),
  ];
  for (const [text, message] of wrong) {
    test(`is refused: ${JSON.stringify(text)}`, () => {
      assert.throws(() => parseAssumptions([text]), { code: 'INVALID_SETTING', message });
    });
  }

  test('has a line of help for each, and its default is one of the values, the first', () => {
    for (const [name, { values, default: fallback, about }] of Object.entries(assumptionsTable)) {
      assert.ok(assumptionsHelp().includes(`  ${name}=${fallback}`), name);
      assert.ok(assumptionsHelp().includes(about), name);
      if (Array.isArray(values)) assert.equal(values[0], fallback);
    }
  });
});

/** What a job does under one value, and under the other. */
interface Difference {
  readonly files: Record<string, string | Uint8Array>;
  readonly changes?: JobChanges;
  readonly answer?: (request: StubRequest) => unknown;
  /** By value: what was sent, what came out. */
  readonly expected: Record<string, { readonly sent: string[]; readonly outputs: Record<string, string> | 'failed' }>;
}

const kilo = `${'x'.repeat(999)}\n`;
const differences: Record<string, Difference> = {
  terminator: {
    files: { x: 'a\r\nb\r\n' },
    expected: {
      keep: { sent: ['a\r\nb\r\n'], outputs: { 'x.out': 'a\r\nb\r\n' } },
      strip: { sent: ['a\r\nb'], outputs: { 'x.out': 'a\r\nb\n' } },
    },
  },
  'blank-lines': {
    files: { x: 'a\n\n\r\nb\n' },
    expected: {
      send: { sent: ['a\n\n\r\nb\n'], outputs: { 'x.out': 'a\n\n\r\nb\n' } },
      drop: { sent: ['a\nb\n'], outputs: { 'x.out': 'a\nb\n' } },
    },
  },
  'assemble-line': {
    files: { x: 'a\n' },
    expected: {
      'if-missing': { sent: ['a\n'], outputs: { 'x.out': 'a\n' } },
      always: { sent: ['a\n'], outputs: { 'x.out': 'a\n\n' } },
    },
  },
  'output-key': {
    files: { 'f/x': 'a\n' },
    expected: {
      remainder: { sent: ['a\n'], outputs: { 'f/x.out': 'a\n' } },
      basename: { sent: ['a\n'], outputs: { 'x.out': 'a\n' } },
    },
  },
  'gzip-output': {
    files: { 'x.gz': gzipSync('a\n') },
    changes: { TransformInput: { CompressionType: 'Gzip' } },
    expected: {
      keep: { sent: ['a\n'], outputs: { 'x.gz.out': 'a\n' } },
      strip: { sent: ['a\n'], outputs: { 'x.out': 'a\n' } },
    },
  },
  'empty-object': {
    files: { x: '', y: 'a\n' },
    answer: ({ body, response }) => response.end(body || 'nothing'),
    expected: {
      'empty-output': { sent: ['a\n'], outputs: { 'x.out': '', 'y.out': 'a\n' } },
      send: { sent: ['', 'a\n'], outputs: { 'x.out': 'nothing\n', 'y.out': 'a\n' } },
      skip: { sent: ['a\n'], outputs: { 'y.out': 'a\n' } },
    },
  },
  'no-content': {
    files: { x: 'a\n' },
    answer: ({ response }) => response.writeHead(204).end(),
    expected: {
      success: { sent: ['a\n'], outputs: { 'x.out': '' } },
      failure: { sent: ['a\n'], outputs: 'failed' },
    },
  },
  megabyte: {
    files: { x: kilo.repeat(1010) },
    changes: { MaxPayloadInMB: 1 },
    expected: {
      MiB: { sent: [kilo.repeat(1010)], outputs: { 'x.out': kilo.repeat(1010) } },
      MB: { sent: [kilo.repeat(1000), kilo.repeat(10)], outputs: { 'x.out': kilo.repeat(1010) } },
    },
  },
  'retry-on': {
    files: { x: 'a\n' },
    answer: ({ number, body, response }) => response.writeHead(number === 1 ? 500 : 200).end(body),
    expected: {
      'connection,timeout,5xx': { sent: ['a\n', 'a\n'], outputs: { 'x.out': 'a\n' } },
      'connection,timeout': { sent: ['a\n'], outputs: 'failed' },
      none: { sent: ['a\n'], outputs: 'failed' },
    },
  },
  'slice-end': columns('$[1:2]', { exclusive: 'b\n', inclusive: 'b,c\n' }),
  'multi-range': columns('$[0,2:]', { refuse: 'failed', allow: 'a,c,d\n' }),
  'sort-keys': {
    files: { x: '{"b":1,"a":2}\n' },
    changes: { TransformInput: { ContentType: 'application/jsonlines' }, DataProcessing: { JoinSource: 'Input' } },
    answer: ({ response }) => response.end('3\n'),
    expected: {
      joined: { sent: ['{"b":1,"a":2}\n'], outputs: { 'x.out': '{"SageMakerOutput":3,"a":2,"b":1}\n' } },
      never: { sent: ['{"b":1,"a":2}\n'], outputs: { 'x.out': '{"b":1,"a":2,"SageMakerOutput":3}\n' } },
    },
  },
};

describe('what is assumed makes a difference', () => {
  for (const [name, { files, changes = {}, answer, expected }] of Object.entries(differences)) {
    for (const [value, { sent, outputs }] of Object.entries(expected)) {
      test(`${name}=${value}`, async (t) => {
        const container = await stubContainer(t, answer ? { invocations: answer } : {});
        const ran = runFiles(t, { url: container.url, files, changes: { ...changes, assume: [`${name}=${value}`] } });
        const got = await ran.then(
          ({ result, outputs: all }) => (result.status === 'Failed' ? 'failed' : all),
          () => 'failed',
        );
        assert.deepEqual({ sent: container.requests.map(({ body }) => body), outputs: got }, { sent, outputs });
      });
    }
  }
});

/** An OutputFilter over a row of four columns. */
function columns(path: string, outputs: Record<string, string>): Difference {
  const answers = Object.entries(outputs).map(([value, output]) => {
    // A path that is refused is refused before anything is sent.
    const refused = { sent: [], outputs: 'failed' as const };
    return [value, output === 'failed' ? refused : { sent: ['1\n'], outputs: { 'x.out': output } }];
  });
  return {
    files: { x: '1\n' },
    changes: { TransformInput: { ContentType: 'text/csv' }, DataProcessing: { OutputFilter: path } },
    answer: ({ response }) => response.end('a,b,c,d\n'),
    expected: Object.fromEntries(answers),
  };
}
