import fc from 'fast-check';

// JSON texts that resemble outlets, with everything that JSON allows and a little that it does not.

const blank = fc.constantFrom('', '', '', ' ', ' ', '\n', '\t', '\r ', '  ');
const pieces = ['Idli', 'VADA', ' ', ' + ', '_', '-', 'combo', 'é', '₹', '🍔', '寿司', 'ﬁ', '\u{7f}', '\ufeff'];
const escapes = ['\\n', '\\"', '\\\\', '\\/', '\\u00e9', '\\ud83c\\udf54', '\\ud800', '\\u0041B'];
const wrongEscapes = ['\\x', '\\u12', '\\', '\u0000', '\u001f'];

const content = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.array(fc.constantFrom(...pieces.slice(0, 7)), { maxLength: 8 }).map((all) => all.join('')),
  },
  {
    weight: 3,
    arbitrary: fc.array(fc.constantFrom(...pieces, ...escapes), { maxLength: 6 }).map((all) => all.join('')),
  },
  {
    weight: 2,
    arbitrary: fc.string({ unit: 'binary', maxLength: 12 }).map((text) => JSON.stringify(text).slice(1, -1)),
  },
);
const string = content.map((text) => `"${text}"`);
const wrongString = fc
  .tuple(content, fc.constantFrom(...wrongEscapes), content)
  .map(([before, wrong, after]) => `"${before}${wrong}${after}"`);
const number = fc.constantFrom('0', '-0', '7', '12.50', '1e5', '-1.5E-3', '1E+400', '123456789012345678901');
const wrong = fc.oneof(
  fc.constantFrom(
    '01',
    '1.',
    '.5',
    '-',
    '+1',
    '1e',
    '1e+',
    'nul',
    'True',
    'NaN',
    'falsey',
    '',
    "'a'",
    '0x1',
    '-Infinity',
  ),
  wrongString,
);
const word = fc.constantFrom('true', 'false', 'null');

/** Any value, seldom a wrong one. */
const { value } = fc.letrec<{ value: string; list: string; record: string }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    { weight: 4, arbitrary: string },
    { weight: 4, arbitrary: fc.oneof(number, word) },
    { weight: 2, arbitrary: tie('list') },
    { weight: 2, arbitrary: tie('record') },
  ),
  list: listOf(tie('value'), 3),
  record: recordOf([fc.tuple(fc.constantFrom('"name"', '"a"', '"menu"', '""', '"é"'), tie('value'))]),
}));

const mostly = (usual: fc.Arbitrary<string>) =>
  fc.oneof(
    { weight: 60, arbitrary: usual },
    { weight: 1, arbitrary: fc.constant('null') },
    { weight: 1, arbitrary: value },
    { weight: 1, arbitrary: fc.oneof(value, wrong) },
  );
const member = (key: string, usual: fc.Arbitrary<string>) =>
  fc.tuple(
    fc.oneof({ weight: 60, arbitrary: fc.constant(`"${key}"`) }, { weight: 1, arbitrary: fc.constant(escaped(key)) }),
    mostly(usual),
  );
const anyMember = fc.tuple(
  fc.oneof(fc.constantFrom('"__proto__"', '"features"', '"nam"', '"names"', '"constructor"', '"é"'), string),
  fc.oneof({ weight: 30, arbitrary: value }, { weight: 1, arbitrary: wrong }),
);

const item = recordOf([
  member('category', string),
  member('name', string),
  member('veg', word),
  fc.tuple(fc.constant('"price"'), number),
  anyMember,
]);
const outlet = recordOf([
  member('outlet_id', fc.oneof(string, string, number)),
  member('menu', listOf(mostly(item), 4)),
  member('tags', listOf(mostly(string), 3)),
  member('title', string),
  member('meta', recordOf([member('id', value), member('title', string)])),
  anyMember,
]);

/** A text that is mostly JSON, mostly an outlet or a list of items. */
export const jsonDocument: fc.Arbitrary<string> = fc
  .tuple(blank, fc.oneof({ weight: 20, arbitrary: outlet }, { weight: 5, arbitrary: listOf(item, 4) }, value), blank)
  .map((parts) => parts.join(''));

/** What is done to a document's bytes: each a place, something to put there, and how many bytes it takes the place of. */
export const mutations: fc.Arbitrary<Mutation[]> = fc.array(
  fc.tuple(
    fc.nat(),
    fc.oneof(
      fc.constantFrom(
        '',
        '"',
        '\\',
        ',',
        ':',
        '{',
        '}',
        '[',
        ']',
        '0',
        '-',
        '.',
        'e',
        'n',
        ' ',
        '\n',
        '\t',
        'null',
        '\0',
      ),
      fc.string({ maxLength: 2 }),
    ),
    fc.constantFrom(0, 0, 1, 1, 2, 5, 1000),
  ),
  { minLength: 1, maxLength: 8 },
);
export type Mutation = [place: number, text: string, length: number];

export function mutate(bytes: Buffer, [place, text, length]: Mutation): Buffer {
  const at = place % (bytes.length + 1);
  return Buffer.concat([bytes.subarray(0, at), Buffer.from(text), bytes.subarray(Math.min(bytes.length, at + length))]);
}

function listOf(element: fc.Arbitrary<string>, maxLength: number): fc.Arbitrary<string> {
  return fc.tuple(fc.array(element, { maxLength }), blank, blank).map(([all, before, after]) => {
    return `[${before}${all.join(`${after},${before}`)}${after}]`;
  });
}

/** An object of some of the members, in any order, seldom one twice. */
function recordOf(members: fc.Arbitrary<[key: string, value: string]>[]): fc.Arbitrary<string> {
  const some = fc.oneof(
    { weight: 8, arbitrary: fc.tuple(...members) },
    { weight: 8, arbitrary: fc.tuple(...members).chain((all) => fc.shuffledSubarray(all)) },
    { weight: 1, arbitrary: fc.array(fc.oneof(...members), { maxLength: 6 }) },
  );
  return fc.tuple(some, blank, blank).map(([all, before, after]) => {
    const joined = all.map(([key, value]) => `${key}${after}:${before}${value}`).join(`${after},${before}`);
    return `{${before}${joined}${after}}`;
  });
}

function escaped(key: string): string {
  return `"\\u${key.charCodeAt(0).toString(16).padStart(4, '0')}${key.slice(1)}"`;
}
