import { describe, expect, test } from 'vitest';
import { playerKind, Snapshot } from '../../../pages/arena/Snapshot.ts';
import { snapshotBytes } from './SnapshotBytes.ts';

describe('a snapshot', () => {
  test('is read as ARENA.md lays it out, wherever its bytes begin', () => {
    const bytes = snapshotBytes(0xfffffffe, [{ number: 7, x: 65_535, y: 1, kind: playerKind, hue: 200 }, { number: 65_535, x: 2 }]);
    const packet = new Uint8Array(bytes.length + 3);
    packet.set(bytes, 3);
    const snapshot = new Snapshot();

    expect(snapshot.read(packet.subarray(3))).toBe(true);
    expect([snapshot.wireFrame, snapshot.count]).toEqual([0xfffffffe, 2]);
    expect([...snapshot.numbers.slice(0, 2)]).toEqual([7, 65_535]);
    expect([snapshot.xs[0], snapshot.ys[0], snapshot.kinds[0], snapshot.hues[0], snapshot.xs[1]]).toEqual([65_535, 1, 1, 200, 2]);
  });

  test('without bodies is one', () => {
    const snapshot = new Snapshot();
    expect(snapshot.read(snapshotBytes(5, []))).toBe(true);
    expect([snapshot.wireFrame, snapshot.count]).toEqual([5, 0]);
  });

  test('has as many bodies as it says, however many', () => {
    const snapshot = new Snapshot();
    const many = Array.from({ length: 20_000 }, (_, i) => ({ number: i + 1, x: i }));

    expect(snapshot.read(snapshotBytes(1, many))).toBe(true);
    expect([snapshot.count, snapshot.numbers[19_999], snapshot.xs[19_999]]).toEqual([20_000, 20_000, 19_999]);
  });

  test('that is cut short anywhere, or goes on, is none', () => {
    const bytes = snapshotBytes(1, [{ number: 1 }, { number: 2 }]);
    const snapshot = new Snapshot();
    for (let length = 0; length < bytes.length; length++) expect(snapshot.read(bytes.subarray(0, length))).toBe(false);
    expect(snapshot.read(new Uint8Array([...bytes, 0]))).toBe(false);
    expect(snapshot.count).toBe(0);
  });

  test('with a body of number 0 is none', () => {
    expect(new Snapshot().read(snapshotBytes(1, [{ number: 3 }, { number: 0 }]))).toBe(false);
  });
});
