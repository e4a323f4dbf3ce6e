import { Ring } from './Ring.ts';

interface Moment {
  readonly time: number;

  /** A value for each series; null leaves a gap. */
  readonly values: Readonly<Record<string, number | null>>;
}

const gap: Moment['values'] = {};

/** What is plotted: the moments of the last minutes. */
export class History {
  private readonly moments: Ring<Moment>;

  constructor(capacity: number, private readonly spanSeconds: number) {
    this.moments = new Ring(capacity);
  }

  get length(): number {
    return this.moments.length;
  }

  push(time: number, values: Readonly<Record<string, number | null>>): void {
    // A clock that was set back would draw lines backwards.
    const newest = this.moments.newest;
    if (newest !== undefined && time <= newest.time) {
      if (newest.time - time < 1) return;
      this.moments.clear();
    }

    this.moments.push({ time, values });
  }

  /** Leaves a gap from here to the next moment; one is enough. */
  break(time: number): void {
    const newest = this.moments.newest;
    if (newest !== undefined && newest.values !== gap) this.push(Math.max(time, newest.time + 0.001), gap);
  }

  clear(): void {
    this.moments.clear();
  }

  /** Times, and each named series, without what is older than the span. */
  columns(now: number, names: readonly string[]): [number[], ...(number | null)[][]] {
    const times: number[] = [];
    const series = names.map((): (number | null)[] => []);
    for (const { time, values } of this.moments) {
      if (time < now - this.spanSeconds) continue;
      times.push(time);
      names.forEach((name, index) => series[index]?.push(values[name] ?? null));
    }

    return [times, ...series];
  }
}
