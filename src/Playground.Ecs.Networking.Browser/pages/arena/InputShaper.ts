import type { Direction } from './Steering.ts';

// Finer differences of direction cannot be seen.
const stepsOfLength = 32;

/** An input as it is sent: ARENA.md, "Input". */
export type Input = readonly [moveX: number, moveY: number, sequence: number];

/**
 * When to send what the player wants: at once when it changed, and again every half second, because an input may be lost. To be asked once
 * for each picture.
 */
export class InputShaper {
  private x = 0;
  private y = 0;
  private sentAt = -Infinity;
  private sequence: number;

  /** @param sequence The number before the first. */
  constructor(private readonly repeatMs = 500, sequence = 0) {
    this.sequence = sequence;
  }

  /** The input to send now; undefined: none. */
  next(wanted: Direction, now: number): Input | undefined {
    const x = round(wanted.x);
    const y = round(wanted.y);
    if (x === this.x && y === this.y && now - this.sentAt < this.repeatMs) return undefined;
    this.x = x;
    this.y = y;
    this.sentAt = now;
    this.sequence = (this.sequence + 1) >>> 0;
    return [x, y, this.sequence];
  }

  /** What was sent last may not have arrived: the next one is sent whatever it is. */
  forget(): void {
    this.sentAt = -Infinity;
  }
}

function round(value: number): number {
  // Without the sum -0 would be sent as a number of its own.
  return Math.round(value * stepsOfLength) / stepsOfLength + 0;
}
