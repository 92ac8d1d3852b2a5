import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ignoreRules } from '../../../src/sagemaker/image/ignore-file.ts';

const cases: [rules: string, admitted: string[], ignored: string[]][] = [
  ['', ['a', 'a/b'], []],
  ['# note\n*.log\n', ['a', 'sub/x.log'], ['x.log']],
  ['**/*.log\r\n', ['a'], ['x.log', 'sub/deep/x.log']],
  ['*\n!src\n!package.json\n', ['src/a.ts', 'package.json'], ['README.md', 'test/a.ts', 'srcs']],
  ['docs\n!docs/README.md\n', ['docs/README.md', 'a'], ['docs/b.md']],
];
for (const [text, admitted, ignored] of cases) {
  test(`${JSON.stringify(text)} admits what docker sends`, () => {
    const rules = ignoreRules(text);
    assert.deepEqual(
      admitted.filter((path) => !rules.admits(path)),
      [],
    );
    assert.deepEqual(
      ignored.filter((path) => rules.admits(path)),
      [],
    );
  });
}

const folders: [rules: string, entered: string[], skipped: string[]][] = [
  ['node_modules\n', [], ['node_modules']],
  [
    '*\n!examples/flag-combo/model\n',
    ['examples', 'examples/flag-combo', 'examples/flag-combo/model/deep'],
    ['node_modules', 'examples/other'],
  ],
  ['*\n!./a/*/c\n', ['a', 'a/b'], ['b']],
  ['*\n!**/*.ts\n', ['anything', 'any/thing'], []],
  ['*\n ! /src/ \n', ['src'], ['other']],
];
for (const [text, entered, skipped] of folders) {
  test(`${JSON.stringify(text)} is looked for where it may admit something`, () => {
    const rules = ignoreRules(text);
    assert.deepEqual(
      entered.filter((folder) => !rules.mayAdmitWithin(folder)),
      [],
    );
    assert.deepEqual(
      skipped.filter((folder) => rules.mayAdmitWithin(folder)),
      [],
    );
  });
}
