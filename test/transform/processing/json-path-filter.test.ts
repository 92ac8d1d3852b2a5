import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { BatchlineError } from '../../../src/errors.ts';
import { compilePathFilter, type PathOptions, type Step } from '../../../src/transform/processing/json-path-filter.ts';

const strict: PathOptions = { sliceEnd: 'exclusive', multiRange: 'refuse' };

describe('paths', () => {
  const each: Step = [{ kind: 'each' }];
  const key = (name: string): Step => [{ kind: 'key', key: name }];
  const index = (...places: number[]): Step => places.map((place) => ({ kind: 'index', index: place }));
  const slice = (start: number, end?: number): Step => [{ kind: 'slice', start, end }];
  const cases: [source: string, steps: Step[]][] = [
    ['$', []],
    ['$.id', [key('id')]],
    ['$.a.b-c', [key('a'), key('b-c')]],
    ['$.id.*', [key('id'), each]],
    ['$[*]', [each]],
    ["$['id']", [key('id')]],
    ["$['a.b c']", [key('a.b c')]],
    ["$['id', 'SageMakerOutput']", [[...key('id'), ...key('SageMakerOutput')]]],
    ["$.field1.['child1','child2']", [key('field1'), [...key('child1'), ...key('child2')]]],
    ['$[1]', [index(1)]],
    ['$[0, -1]', [index(0, -1)]],
    ['$[1:]', [slice(1)]],
    ['$[:5]', [slice(0, 5)]],
    ['$[2:5]', [slice(2, 5)]],
    ['$[-2:]', [slice(-2)]],
    ['$[:]', [slice(0)]],
    ['$.a[0].b[1:2]', [key('a'), index(0), key('b'), slice(1, 2)]],
    ["$['a]b'].c", [key('a]b'), key('c')]],
  ];
  for (const [source, steps] of cases) {
    test(source, () => assert.deepEqual(compilePathFilter(source, strict), { source, steps }));
  }

  test('slice-end inclusive', () => {
    const ends = ['$[1:4]', '$[:5]', '$[1:]', '$[0:-1]', '$[0:-2]'].map((source) => {
      const [selector] = compilePathFilter(source, { ...strict, sliceEnd: 'inclusive' }).steps[0] ?? [];
      return selector?.kind === 'slice' ? selector.end : 'no slice';
    });
    assert.deepEqual(ends, [5, 6, undefined, undefined, -1]);
  });

  test('multi-range allowed', () => {
    const { steps } = compilePathFilter('$[0,5:]', { ...strict, multiRange: 'allow' });
    assert.deepEqual(steps, [[...index(0), ...slice(5)]]);
  });
});

describe('invalid paths', () => {
  const cases: [source: string, problem: string][] = [
    // the words of the service, from sagemaker-python-sdk#1112
    [
      '$[0:2,246:]',
      'only single range filters of format (eg: [1:5]) are supported. Format [0:2,246:] is not supported',
    ],
    ['$[0,5:]', 'only single range filters of format (eg: [1:5]) are supported. Format [0,5:] is not supported'],
    ['', 'expected $ at character 1, received the end'],
    ['id', 'expected $ at character 1, received "id"'],
    ['$..id', `expected .name, .*, [*], [n,m], [start:end] or ['name','name'] at character 2, received "..id"`],
    ['$.', `expected .name, .*, [*], [n,m], [start:end] or ['name','name'] at character 2, received "."`],
    ['$id', `expected .name, .*, [*], [n,m], [start:end] or ['name','name'] at character 2, received "id"`],
    ['$[1', `expected .name, .*, [*], [n,m], [start:end] or ['name','name'] at character 2, received "[1"`],
    ['$[]', `expected a number, a range, * or 'name' at character 3, received "]"`],
    ['$[1,]', `expected a number, a range, * or 'name' at character 5, received "]"`],
    ['$[a]', `expected a number, a range, * or 'name' at character 3, received "a]"`],
    ['$["a"]', `expected a number, a range, * or 'name' at character 3, received ""a"]"`],
    ['$[?(@.a)]', `expected a number, a range, * or 'name' at character 3, received "?(@.a)]"`],
    ["$['']", `expected a number, a range, * or 'name' at character 3, received "'']"`],
    ['$[1 2]', `expected a number, a range, * or 'name' at character 3, received "1 2]"`],
    ['$[1:5:2]', `expected ',' or ']' at character 6, received ":2]"`],
    ["$['a',1]", `expected either names or numbers at character 7, received "1]"`],
    ['$[*,1]', `expected either names or numbers at character 5, received "1]"`],
    ["$.a['b','c.d']", `children of children within brackets are not supported. Format ['b','c.d']`],
  ];
  for (const [source, problem] of cases) {
    test(source, () => {
      assert.throws(
        () => compilePathFilter(source, strict),
        (error) => {
          assert.ok(error instanceof BatchlineError);
          assert.deepEqual([error.code, error.message], ['JOB_FAILED', `Invalid JsonPath: ${source}: ${problem}`]);
          return true;
        },
      );
    });
  }
});
