/** A wanted direction, at most 1 long. */
export interface Direction {
  readonly x: number;
  readonly y: number;
}

export const standing: Direction = { x: 0, y: 0 };

// Within this distance of the point the body slows down, so that latency does not make it overshoot; within the smaller one it is there.
const slowUnits = 90;
const arrivedUnits = 5;

const steps: ReadonlyMap<string, Direction> = new Map([
  ['ArrowLeft', { x: -1, y: 0 }], ['KeyA', { x: -1, y: 0 }],
  ['ArrowRight', { x: 1, y: 0 }], ['KeyD', { x: 1, y: 0 }],
  ['ArrowUp', { x: 0, y: -1 }], ['KeyW', { x: 0, y: -1 }],
  ['ArrowDown', { x: 0, y: 1 }], ['KeyS', { x: 0, y: 1 }],
]);

/** What the player wants: from the keys that are down, or else towards the point that is pressed. */
export class Steering {
  private readonly keys = new Set<string>();
  private point: Direction | undefined;

  /** The point that is pressed, in units. */
  get target(): Direction | undefined {
    return this.keys.size > 0 ? undefined : this.point;
  }

  /** A key went down, by its place on the keyboard (KeyboardEvent.code). False when it does not steer. */
  press(code: string): boolean {
    if (!steps.has(code)) return false;
    this.keys.add(code);
    return true;
  }

  release(code: string): void {
    this.keys.delete(code);
  }

  /** Press at a point, in units. */
  aim(x: number, y: number): void {
    this.point = { x, y };
  }

  letGo(): void {
    this.point = undefined;
  }

  /** Nothing is pressed any more: the window lost the keyboard. */
  stop(): void {
    this.keys.clear();
    this.letGo();
  }

  /** The direction for a body that is here. */
  from(x: number, y: number): Direction {
    if (this.keys.size > 0) return this.ofKeys();
    if (this.point === undefined) return standing;
    const awayX = this.point.x - x;
    const awayY = this.point.y - y;
    const away = Math.hypot(awayX, awayY);
    if (away < arrivedUnits) return standing;
    const length = Math.min(away / slowUnits, 1);
    return { x: (awayX / away) * length, y: (awayY / away) * length };
  }

  private ofKeys(): Direction {
    let x = 0;
    let y = 0;
    for (const key of this.keys) {
      x += steps.get(key)?.x ?? 0;
      y += steps.get(key)?.y ?? 0;
    }

    x = Math.sign(x);
    y = Math.sign(y);
    const length = Math.hypot(x, y);
    return length > 1 ? { x: x / length, y: y / length } : { x, y };
  }
}
