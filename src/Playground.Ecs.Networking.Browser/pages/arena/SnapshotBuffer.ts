import { FrameClock } from './FrameClock.ts';
import { Snapshot } from './Snapshot.ts';

const capacity = 64;
const wireMax = 65_535;
const numbers = 65_536;

/** The bodies to draw now, in units, as columns that the next call writes anew. */
export interface Scene {
  readonly count: number;
  readonly numbers: Uint16Array;
  readonly xs: Float32Array;
  readonly ys: Float32Array;
  readonly kinds: Uint8Array;
  readonly hues: Uint8Array;
}

/**
 * The snapshots that arrived last, and the picture between two of them: a few frames behind the server, so that the next one is there when
 * it is needed. When it is not, the picture stands still at the newest; nothing is guessed beyond it.
 */
export class SnapshotBuffer {
  readonly clock = new FrameClock();
  private readonly ring = Array.from({ length: capacity }, () => new Snapshot());
  private added = 0;
  private heardAt = -Infinity;
  private readonly slots = new Uint16Array(numbers);
  private readonly stamps = new Float64Array(numbers).fill(-1);
  private stamped = -1;
  private picture: Mutable<Scene> = makeScene(256);
  private spare = new Snapshot();

  /** @param width The arena's, in units. */
  constructor(private readonly width: number, private readonly height: number) {}

  /** Takes a packet's payload. The frames that were left out before it; undefined when it is malformed, or not newer than the newest. */
  add(data: Uint8Array, now: number): number | undefined {
    const { spare } = this;
    if (!spare.read(data)) return undefined;
    const newest = this.added === 0 ? undefined : this.at(this.added - 1);
    const step = newest === undefined ? 1 : (spare.wireFrame - newest.wireFrame) | 0;
    if (step <= 0) return undefined;
    spare.frame = newest === undefined ? spare.wireFrame : newest.frame + step;
    const index = this.added % capacity;
    this.spare = this.at(this.added);
    this.ring[index] = spare;
    this.added++;
    this.heardAt = now;
    this.clock.heard(spare.frame, now);
    return step - 1;
  }

  /** The picture at this time; empty before the first snapshot. */
  sceneAt(now: number): Scene {
    this.picture.count = 0;
    if (this.added === 0) return this.picture;
    const position = this.clock.playhead(now);
    const index = this.indexAt(position);
    const from = this.at(index);
    const to = index + 1 < this.added ? this.at(index + 1) : from;
    this.draw(from, to, position);
    return this.picture;
  }

  /** Time since the newest snapshot, in ms; infinite before the first. */
  silenceMs(now: number): number {
    return now - this.heardAt;
  }

  /** How far the picture is behind the newest frame that is due, in ms. */
  get delayMs(): number {
    return this.clock.delayFrames * this.clock.periodMs;
  }

  get jitterMs(): number {
    return this.clock.jitterFrames * this.clock.periodMs;
  }

  /** Forgets all: another session, perhaps of another server. */
  reset(): void {
    this.added = 0;
    this.stamped = -1;
    this.stamps.fill(-1);
    this.heardAt = -Infinity;
    this.clock.reset();
  }

  private at(index: number): Snapshot {
    return this.ring[index % capacity] as Snapshot;
  }

  // The newest one that is not later; of those that are left, the oldest.
  private indexAt(position: number): number {
    const oldest = Math.max(this.added - capacity, 0);
    let index = this.added - 1;
    while (index > oldest && this.at(index).frame > position) index--;
    return index;
  }

  // What is gone in `to` stays until then, and what is new there appears then.
  private draw(from: Snapshot, to: Snapshot, position: number): void {
    const scene = this.makeRoom(from.count);
    this.stamp(to);
    const part = to === from ? 0 : Math.min(Math.max((position - from.frame) / (to.frame - from.frame), 0), 1);
    const scaleX = this.width / wireMax;
    const scaleY = this.height / wireMax;
    for (let i = 0; i < from.count; i++) {
      const number = from.numbers[i] ?? 0;
      const x = from.xs[i] ?? 0;
      const y = from.ys[i] ?? 0;
      const slot = this.stamps[number] === to.frame ? (this.slots[number] ?? 0) : -1;
      scene.numbers[i] = number;
      scene.xs[i] = scaleX * (slot < 0 ? x : x + ((to.xs[slot] ?? x) - x) * part);
      scene.ys[i] = scaleY * (slot < 0 ? y : y + ((to.ys[slot] ?? y) - y) * part);
      scene.kinds[i] = from.kinds[i] ?? 0;
      scene.hues[i] = from.hues[i] ?? 0;
    }

    scene.count = from.count;
  }

  // Where each body is in `to`: once for each snapshot, not for each picture.
  private stamp(to: Snapshot): void {
    if (this.stamped === to.frame) return;
    this.stamped = to.frame;
    for (let i = 0; i < to.count; i++) {
      const number = to.numbers[i] ?? 0;
      this.slots[number] = i;
      this.stamps[number] = to.frame;
    }
  }

  private makeRoom(count: number): Mutable<Scene> {
    if (count > this.picture.numbers.length) this.picture = makeScene(count * 2);
    return this.picture;
  }
}

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

function makeScene(room: number): Mutable<Scene> {
  return {
    count: 0,
    numbers: new Uint16Array(room),
    xs: new Float32Array(room),
    ys: new Float32Array(room),
    kinds: new Uint8Array(room),
    hues: new Uint8Array(room),
  };
}
