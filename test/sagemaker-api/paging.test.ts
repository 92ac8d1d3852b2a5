import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type Paging, pageOf } from '../../src/sagemaker-api/paging.ts';

interface Item {
  readonly time: number;
  readonly name: string;
}

const items: Item[] = ['c', 'a', 'b', 'e', 'd'].map((name, i) => ({ name, time: Math.floor(i / 2) }));
const keyOf = ({ time, name }: Item) => [time, name] as const;

function allPages(paging: Paging, given = items): string[] {
  const pages: string[] = [];
  let token: string | undefined;
  do {
    const page = pageOf(given, keyOf, { ...paging, ...(token === undefined ? {} : { NextToken: token }) });
    pages.push(page.items.map(({ name }) => name).join(''));
    token = page.nextToken;
  } while (token !== undefined);
  return pages;
}

describe('pages', () => {
  const cases: [name: string, paging: Paging, pages: string[]][] = [
    ['newest first, and of one time by name', { MaxResults: 2 }, ['de', 'bc', 'a']],
    ['oldest first', { MaxResults: 2, SortOrder: 'Ascending' }, ['ac', 'be', 'd']],
    ['a last page that is full has no token', { MaxResults: 5 }, ['debca']],
    ['one by one', { MaxResults: 1, SortOrder: 'Ascending' }, ['a', 'c', 'b', 'e', 'd']],
  ];
  for (const [name, paging, expected] of cases) test(name, () => assert.deepEqual(allPages(paging), expected));

  test('ten by default', () => {
    const many = Array.from({ length: 11 }, (_, time) => ({ time, name: 'x' }));
    assert.deepEqual(allPages({}, many), ['x'.repeat(10), 'x']);
    assert.deepEqual(allPages({}, []), ['']);
  });
});

test('what is made or removed between two pages moves nothing', () => {
  const { nextToken = '' } = pageOf(items, keyOf, { MaxResults: 2 });
  const later = [...items.filter(({ name }) => name !== 'e'), { time: 9, name: 'new' }];
  const page = pageOf(later, keyOf, { MaxResults: 2, NextToken: nextToken });
  assert.deepEqual(
    page.items.map(({ name }) => name),
    ['b', 'c'],
  );
});

test('a token of somebody else is refused', () => {
  for (const token of ['', 'x', Buffer.from('[1]').toString('base64url'), Buffer.from('{}').toString('base64url')]) {
    assert.throws(() => pageOf(items, keyOf, { NextToken: token }), { code: 'INVALID_REQUEST', message: /NextToken/ });
  }
});
