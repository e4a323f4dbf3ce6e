import { describe, expect, test } from 'vitest';
import { History } from '../../../pages/inspector/model/History.ts';
import { Ring } from '../../../pages/inspector/model/Ring.ts';
import { keepPlaces, matches, pressed, sortRows, type SortValue } from '../../../pages/inspector/model/Sorting.ts';

const sorted = (values: readonly SortValue[], isDescending = false): SortValue[] => sortRows(values, (value) => value, isDescending);

describe('sorting', () => {
  test('reads numbers in names', () => {
    expect(sorted(['peer-10', 'peer-2', 'Ada', 'ben'])).toEqual(['Ada', 'ben', 'peer-2', 'peer-10']);
    expect(sorted([10, 9, 100], true)).toEqual([100, 10, 9]);
  });

  test('puts what is not known last, either way', () => {
    expect(sorted([undefined, 2, undefined, 1])).toEqual([1, 2, undefined, undefined]);
    expect(sorted([undefined, 1, 2], true)).toEqual([2, 1, undefined]);
  });

  test('leaves what is equal where it was', () => {
    const rows = [{ name: 'a', n: 1 }, { name: 'b', n: 0 }, { name: 'c', n: 1 }];
    expect(sortRows(rows, ({ n }) => n, true).map(({ name }) => name)).toEqual(['a', 'c', 'b']);
    expect(rows.map(({ name }) => name)).toEqual(['a', 'b', 'c']);
  });

  test('begins with the largest number and with the first name, and turns around', () => {
    const byName = { column: 'name', isDescending: false };
    const byRate = pressed(byName, 'rate', true);
    expect(byRate).toEqual({ column: 'rate', isDescending: true });
    expect(pressed(byRate, 'rate', true).isDescending).toBe(false);
    expect(pressed(byRate, 'name', false)).toEqual(byName);
  });
});

test('a filter finds all words in any order and case', () => {
  expect(matches('peer-7 arena Open 127.0.0.1', 'ARENA peer')).toBe(true);
  expect(matches('peer-7 arena', 'arena bot')).toBe(false);
  expect(matches('peer-7 arena', '')).toBe(true);
});

test('rows keep their places: those that went leave, new ones are behind', () => {
  expect(keepPlaces(['c', 'a', 'b'], ['a', 'b', 'c', 'd'])).toEqual(['c', 'a', 'b', 'd']);
  expect(keepPlaces(['c', 'a', 'b'], ['d', 'b'])).toEqual(['b', 'd']);
  expect(keepPlaces([], ['x'])).toEqual(['x']);
});

describe('a ring', () => {
  test('drops the oldest and gives it back', () => {
    const ring = new Ring<number>(3);
    expect([1, 2, 3, 4, 5].map((value) => ring.push(value))).toEqual([undefined, undefined, undefined, 1, 2]);
    expect([...ring]).toEqual([3, 4, 5]);
    expect([ring.at(0), ring.at(2), ring.at(3), ring.at(-1), ring.newest, ring.length]).toEqual([3, 5, undefined, undefined, 5, 3]);
  });

  test('is new after it was cleared', () => {
    const ring = new Ring<number>(2);
    for (const value of [1, 2, 3]) ring.push(value);
    ring.clear();
    ring.push(7);
    expect([[...ring], ring.newest]).toEqual([[7], 7]);
    expect(() => new Ring(0)).toThrow(RangeError);
  });
});

describe('a history', () => {
  test('gives columns of the span', () => {
    const history = new History(10, 5);
    for (const time of [1, 2, 3, 8]) history.push(time, { a: time, b: null });
    expect(history.columns(8, ['a', 'b', 'c'])).toEqual([[3, 8], [3, 8], [null, null], [null, null]]);
  });

  test('has one gap, however often it is broken', () => {
    const history = new History(10, 100);
    history.break(0);
    history.push(1, { a: 1 });
    for (const time of [2, 3, 4]) history.break(time);
    history.push(9, { a: 2 });
    expect(history.columns(9, ['a'])).toEqual([[1, 2, 9], [1, null, 2]]);
  });

  test('holds so many moments', () => {
    const history = new History(2, 100);
    for (const time of [1, 2, 3]) history.push(time, { a: time });
    expect(history.columns(3, ['a'])[0]).toEqual([2, 3]);
    history.clear();
    expect(history.length).toBe(0);
  });

  test('draws no line backwards when the clock was set back', () => {
    const history = new History(10, 100);
    history.push(50, { a: 1 });
    history.push(49.9, { a: 2 });
    expect(history.columns(50, ['a'])[0]).toEqual([50]);
    history.push(20, { a: 3 });
    expect(history.columns(20, ['a'])).toEqual([[20], [3]]);
  });
});
