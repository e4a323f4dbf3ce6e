import { describe, expect, test } from 'vitest';
import { encode } from '../../../client/index.ts';
import { cleanName, readNames, Roster } from '../../../pages/arena/Names.ts';

describe('a name', () => {
  test('is trimmed, and has 1 to 24 characters however many units they take', () => {
    expect(cleanName('  Ada Lovelace\t')).toBe('Ada Lovelace');
    expect(cleanName('😀'.repeat(24))).toBe('😀'.repeat(24));
    for (const none of ['', '   ', 'x'.repeat(25), '😀'.repeat(25)]) expect(cleanName(none)).toBeUndefined();
  });

  test('has no control or format characters, and is whole', () => {
    for (const none of ['a\u0000b', 'a\nb', 'a\u202eb', 'a\u200bb', 'a\u2028b', 'a\ud800b']) expect(cleanName(none)).toBeUndefined();
  });
});

describe('the names of a packet', () => {
  test('are read', () => {
    expect(readNames(encode([[7, 'Ada', 'peer-1'], [65_535, 'Bob', 'peer-2', 'more']]))).toEqual([
      { body: 7, name: 'Ada', peer: 'peer-1' }, { body: 65_535, name: 'Bob', peer: 'peer-2' },
    ]);
    expect(readNames(encode([]))).toEqual([]);
  });

  test('are none when anything is wrong with them', () => {
    const wrong: unknown[] = [null, 7, {}, [7], [[0, 'a', 'b']], [[70_000, 'a', 'b']], [[1.5, 'a', 'b']], [[1, 2, 'b']], [[1, 'a']], [[1, 'a', null]]];
    for (const value of wrong) expect(readNames(encode(value))).toBeUndefined();
    const whole = encode([[7, 'Ada', 'peer-1']]);
    for (let length = 0; length < whole.length; length++) expect(readNames(whole.subarray(0, length))).toBeUndefined();
  });
});

describe('the roster', () => {
  test('knows names by body and by peer, the latest of each', () => {
    const roster = new Roster();
    roster.add([{ body: 1, name: 'peer-1', peer: 'peer-1' }]);
    roster.add([{ body: 1, name: 'Ada', peer: 'peer-1' }, { body: 2, name: 'Bob', peer: 'peer-2' }]);

    expect([roster.ofBody(1), roster.ofBody(2), roster.ofBody(3)]).toEqual(['Ada', 'Bob', undefined]);
    expect([roster.ofPeer('peer-1'), roster.ofPeer('peer-9')]).toEqual(['Ada', 'peer-9']);
    roster.clear();
    expect(roster.ofBody(1)).toBeUndefined();
  });

  test('forgets who was told longest ago when there are too many', () => {
    const roster = new Roster();
    for (let body = 1; body <= 2_001; body++) roster.add([{ body, name: `n${body}`, peer: `p${body}` }]);

    expect([roster.ofPeer('p1'), roster.ofPeer('p2'), roster.ofPeer('p2001')]).toEqual(['p1', 'n2', 'n2001']);
  });
});
