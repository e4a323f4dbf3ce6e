import { describe, expect, test } from 'vitest';
import { type Scene, SnapshotBuffer } from '../../../pages/arena/SnapshotBuffer.ts';
import { snapshotBytes, type WireBody } from './SnapshotBytes.ts';

const period = 1_000 / 60;

// 65,535 units wide: a unit is a step of the wire.
class Rig {
  readonly buffer = new SnapshotBuffer(65_535, 65_535);

  /** A frame arrives as late as it says. */
  arrive(frame: number, bodies: readonly WireBody[], lateMs = 0): number | undefined {
    return this.buffer.add(snapshotBytes(frame >>> 0, bodies), frame * period + lateMs);
  }

  /** Frames in which body 1 is at 10 times the frame's number. */
  run(from: number, to: number, lateMs: (frame: number) => number = () => 0): void {
    for (let frame = from; frame <= to; frame++) this.arrive(frame, [{ number: 1, x: frame * 10 }], lateMs(frame));
  }

  /** Where body 1 is drawn at the time of a frame; undefined: nowhere. */
  at(frame: number): number | undefined {
    return place(this.buffer.sceneAt(frame * period), 1);
  }
}

function place(scene: Scene, number: number): number | undefined {
  const i = scene.numbers.subarray(0, scene.count).indexOf(number);
  return i < 0 ? undefined : scene.xs[i];
}

describe('the picture', () => {
  test('is empty before the first snapshot, and the first one is shown as it is', () => {
    const rig = new Rig();
    expect(rig.buffer.sceneAt(0).count).toBe(0);
    expect(rig.buffer.silenceMs(0)).toBe(Infinity);
    rig.run(100, 100);

    expect(rig.at(100)).toBe(1_000);
  });

  test('is two frames behind, between the snapshots, at any rate of the display', () => {
    const rig = new Rig();
    rig.run(0, 100);
    for (const at of [100, 100.25, 100.5, 100.9]) expect(rig.at(at)).toBeCloseTo((at - 2) * 10, 1);
  });

  test('goes on evenly over a snapshot that was dropped, which is counted', () => {
    const rig = new Rig();
    rig.run(0, 50);
    expect(rig.arrive(53, [{ number: 1, x: 530 }])).toBe(2);

    expect(rig.at(53.5)).toBeCloseTo(515, 0);
    expect(rig.at(54)).toBeCloseTo(520, 0);
  });

  test('does not mind that frame numbers wrap', () => {
    const rig = new Rig();
    const begin = 0xffffffff - 20;
    for (let i = 0; i <= 40; i++) rig.buffer.add(snapshotBytes((begin + i) >>> 0, [{ number: 1, x: i * 10 }]), i * period);

    for (const at of [40, 40.5]) expect(place(rig.buffer.sceneAt(at * period), 1)).toBeCloseTo((at - 2) * 10, 1);
    expect(rig.buffer.add(snapshotBytes(0xffffffff, [{ number: 1, x: 1 }]), 41 * period)).toBeUndefined();
  });

  test('takes nothing that is old, repeated or malformed', () => {
    const rig = new Rig();
    rig.run(0, 10);
    for (const frame of [10, 9, 0]) expect(rig.arrive(frame, [{ number: 1, x: 60_000 }])).toBeUndefined();
    expect(rig.buffer.add(new Uint8Array([1, 2, 3]), 0)).toBeUndefined();

    expect(rig.at(11)).toBeCloseTo(90, 1);
  });

  test('shows a body that comes from its first snapshot on, and one that goes until it is gone', () => {
    const rig = new Rig();
    rig.run(0, 10);
    rig.arrive(11, [{ number: 1, x: 110 }, { number: 2, x: 500 }]);
    rig.arrive(12, [{ number: 2, x: 510 }]);
    rig.arrive(13, [{ number: 2, x: 520 }]);
    const both = (at: number): (number | undefined)[] => {
      const scene = rig.buffer.sceneAt(at * period);
      return [1, 2].map((number) => place(scene, number));
    };

    expect(both(12.5)).toEqual([expect.closeTo(105, 0), undefined]);
    expect(both(13.5)).toEqual([expect.closeTo(110, 0), expect.closeTo(505, 0)]);
    expect(both(14.5)).toEqual([undefined, expect.closeTo(515, 0)]);
  });

  test('finds bodies in whatever order they come', () => {
    const rig = new Rig();
    const bodies = (step: number): WireBody[] => [1, 2, 3].map((number) => ({ number, x: number * 1_000 + step }));
    for (let frame = 0; frame < 10; frame++) rig.arrive(frame, frame % 2 === 0 ? bodies(frame * 10) : bodies(frame * 10).reverse());
    const scene = rig.buffer.sceneAt(9.5 * period);

    for (const number of [1, 2, 3]) expect(place(scene, number)).toBeCloseTo(number * 1_000 + 75, 0);
  });

  test('stands still at the newest snapshot when none comes, and says for how long', () => {
    const rig = new Rig();
    rig.run(0, 100);
    for (const at of [102, 103, 200, 10_000]) expect(rig.at(at)).toBe(1_000);
    expect(rig.buffer.silenceMs(160 * period)).toBeCloseTo(1_000, 6);
  });

  test('is where it should be soon after a stall, whether the network held the frames back or the server made none', () => {
    for (const madeNone of [false, true]) {
      const rig = new Rig();
      rig.run(0, 100);
      for (let at = 100; at < 160; at += 0.5) rig.at(at);
      const shift = madeNone ? 60 : 0;
      for (let frame = 101; frame <= 160 - shift; frame++) rig.arrive(frame, [{ number: 1, x: frame * 10 }], (160 - frame) * period);
      for (let frame = 161 - shift; frame <= 220 - shift; frame++) {
        rig.arrive(frame, [{ number: 1, x: frame * 10 }], shift * period);
        rig.at(frame + shift);
      }

      const behind = 220 - shift - (rig.at(220) ?? 0) / 10;
      expect(behind).toBeGreaterThan(1.5);
      expect(behind).toBeLessThan(4);
    }
  });

  test('is later where frames come unevenly, never goes back, and does not jump', () => {
    const rig = new Rig();
    let last = -1;
    let largest = 0;
    for (let frame = 0; frame < 600; frame++) {
      // Up to 30 ms, without a pattern that fits the frames.
      rig.arrive(frame, [{ number: 1, x: frame * 10 }], (frame * 7_919) % 31);
      const x = rig.at(frame + 1.9) ?? 0;
      expect(x).toBeGreaterThanOrEqual(last);
      if (frame > 120) largest = Math.max(largest, x - last);
      last = x;
    }

    expect(rig.buffer.clock.delayFrames).toBeGreaterThan(3);
    expect(rig.buffer.clock.delayFrames).toBeLessThan(5);
    expect(largest).toBeLessThan(14);
  });

  test('comes closer again when the network is even again', () => {
    const rig = new Rig();
    rig.run(0, 100, (frame) => (frame % 10 === 0 ? 80 : 0));
    const uneven = rig.buffer.delayMs;
    rig.run(101, 1_500);

    expect(uneven).toBeGreaterThan(80);
    expect(rig.buffer.delayMs).toBeLessThan(40);
  });

  test('learns the rate of the server, slow or fast', () => {
    for (const ms of [2, 5, 50, 100, 250]) {
      const buffer = new SnapshotBuffer(65_535, 65_535);
      const last = Math.ceil(6_000 / ms);
      for (let frame = 0; frame <= last; frame++) {
        buffer.add(snapshotBytes(frame, [{ number: 1, x: frame * 10 }]), frame * ms);
        buffer.sceneAt(frame * ms);
      }

      expect(buffer.clock.periodMs).toBeCloseTo(ms, 1);
      expect((place(buffer.sceneAt((last + 0.5) * ms), 1) ?? 0) / 10 - last).toBeCloseTo(-1.5, 0);
    }
  });

  test('knows nothing any more after another session began', () => {
    const rig = new Rig();
    rig.run(0, 100);
    rig.buffer.reset();
    expect(rig.buffer.sceneAt(0).count).toBe(0);
    expect(rig.arrive(3, [{ number: 1, x: 5 }])).toBe(0);

    expect(rig.at(3)).toBe(5);
  });
});
