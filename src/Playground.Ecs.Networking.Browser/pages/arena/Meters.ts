/** The intervals of the last pictures: what the display really does. Times in ms. */
export class IntervalMeter {
  private readonly intervals: Float64Array;
  private readonly sorted: Float64Array;
  private count = 0;
  private last = Number.NaN;

  /** @param kept Pictures that count. */
  constructor(kept = 240) {
    this.intervals = new Float64Array(kept);
    this.sorted = new Float64Array(kept);
  }

  tick(now: number): void {
    if (now > this.last) this.intervals[this.count++ % this.intervals.length] = now - this.last;
    this.last = now;
  }

  /** There were no pictures for a while, because nobody looked. */
  pause(): void {
    this.last = Number.NaN;
  }

  /** The interval that this part of the pictures (0 to 1) did not exceed; undefined before the second picture. */
  percentile(part: number): number | undefined {
    const count = Math.min(this.count, this.intervals.length);
    if (count === 0) return undefined;
    this.sorted.set(this.intervals);
    const sorted = this.sorted.subarray(0, count).sort();
    return sorted[Math.min(Math.ceil(count * part), count) - 1];
  }
}

/** How fast something that is counted up grows: per second, over the last second or so. Times in ms. */
export class RateMeter {
  private readonly totals: Float64Array;
  private readonly times: Float64Array;
  private count = 0;

  /** @param samples How many of the latest samples count; the rate is over the time that they span. */
  constructor(samples = 5) {
    this.totals = new Float64Array(samples);
    this.times = new Float64Array(samples);
  }

  sample(total: number, now: number): void {
    this.totals[this.count % this.totals.length] = total;
    this.times[this.count % this.times.length] = now;
    this.count++;
  }

  /** Per second; 0 before two samples. */
  get perSecond(): number {
    const length = this.totals.length;
    const newest = (this.count - 1 + length) % length;
    const oldest = this.count > length ? this.count % length : 0;
    const elapsed = this.count < 2 ? 0 : (this.times[newest] ?? 0) - (this.times[oldest] ?? 0);
    return elapsed > 0 ? (((this.totals[newest] ?? 0) - (this.totals[oldest] ?? 0)) / elapsed) * 1_000 : 0;
  }

  reset(): void {
    this.count = 0;
  }
}

/** Bytes per second in at most six characters and a unit. */
export function formatRate(bytesPerSecond: number): string {
  if (bytesPerSecond < 1_000) return `${Math.round(bytesPerSecond)} B/s`;
  const kilo = bytesPerSecond / 1_000;
  return kilo < 1_000 ? `${kilo.toFixed(1)} kB/s` : `${(kilo / 1_000).toFixed(1)} MB/s`;
}

/** Milliseconds with one decimal below 100; a dash while unknown. */
export function formatMs(ms: number | undefined): string {
  if (ms === undefined || !Number.isFinite(ms)) return '– ms';
  return `${ms < 100 ? ms.toFixed(1) : Math.round(ms)} ms`;
}
