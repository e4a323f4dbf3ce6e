import { describe, expect, test } from 'vitest';
import { decode, encode } from '../client/Payload.ts';
import { Dice } from './protocol/Dice.ts';
import { fromHex, toHex } from './protocol/VectorFile.ts';

describe('values as MessagePack', () => {
  test.each([
    [[1.5, -2, 0, 0.5, 7]],
    [{ x: 1, name: 'ada', tags: ['a', 'b'], nothing: null }],
    ['text'],
    [Number.MAX_SAFE_INTEGER],
    [Uint8Array.of(1, 2, 3)],
  ])('%j is the same afterwards', (value) => {
    expect(decode(encode(value))).toEqual(value);
  });

  test('what .NET writes for a record of five fields is read', () => {
    expect(decode(fromHex('95ca3f800000ca40000000ca40400000ca3f00000007'))).toEqual([1, 2, 3, 0.5, 7]);
  });

  test.each([
    ['nothing', ''],
    ['two values', '0102'],
    ['an array that is cut', '9301'],
    ['an array of four billion', 'ddffffffff'],
    ['arrays within arrays that announce 65,535 each', 'dcffff'.repeat(50)],
    ['text of four billion bytes', 'dbffffffff61'],
    ['nesting without an end', '91'.repeat(100_000)],
    ['the unused byte', 'c1'],
    ['a map that would change its own prototype', '81a95f5f70726f746f5f5f80'],
    ['a map with an array for a key', '819001'],
  ])('%s is refused', (_, hex) => {
    expect(decode(fromHex(hex))).toBeUndefined();
  });

  test('64 levels are read', () => {
    expect(decode(fromHex('91'.repeat(63) + '90'))).toBeDefined();
    expect(decode(fromHex('91'.repeat(64) + '90'))).toBeUndefined();
  });

  test.each(Array.from({ length: 50 }, (_, seed) => seed))('hostile bytes do not throw: seed %i', (seed) => {
    const dice = new Dice(seed);
    for (let round = 0; round < 200; round++) {
      const bytes = dice.mutate(encode({ a: [1, 2, { b: 'c' }], d: 1.5, e: Uint8Array.of(1) }));
      expect(() => decode(bytes), toHex(bytes)).not.toThrow();
    }
  });
});
