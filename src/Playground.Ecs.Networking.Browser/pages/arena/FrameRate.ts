// Often enough to follow a server that slows down, and over long enough that jitter does not count.
const sampleMs = 100;
const samplesKept = 16;
const samplesSure = 4;
const gainMin = 0.2;

/** Time from one frame to the next, as the arrivals of the last seconds tell. Times in ms. */
export class FrameRate {
  periodMs = 1_000 / 60;
  private readonly frames = new Float64Array(samplesKept);
  private readonly times = new Float64Array(samplesKept);
  private samples = 0;
  private lastFrame = Number.NaN;
  private lastTime = 0;
  private due = 0;

  /** Whether enough has arrived since the beginning to know. */
  get isSure(): boolean {
    return this.samples >= samplesSure;
  }

  heard(frame: number, now: number): void {
    if (now >= this.due) {
      // Of a burst, after a stall, the last one was in time: so the one before this is taken.
      if (!Number.isNaN(this.lastFrame)) this.sample(this.lastFrame, this.lastTime);
      this.due = now + sampleMs;
    }

    this.lastFrame = frame;
    this.lastTime = now;
  }

  /** What arrives next is not so many periods after what arrived last. */
  restart(): void {
    this.samples = 0;
    this.lastFrame = Number.NaN;
  }

  private sample(frame: number, time: number): void {
    const oldest = this.samples < samplesKept ? 0 : this.samples % samplesKept;
    const frames = frame - (this.frames[oldest] ?? frame);
    const elapsed = time - (this.times[oldest] ?? time);
    if (this.samples > 0 && frames > 0 && elapsed > 0) {
      this.periodMs += (elapsed / frames - this.periodMs) * Math.max(1 / this.samples, gainMin);
    }

    this.frames[this.samples % samplesKept] = frame;
    this.times[this.samples % samplesKept] = time;
    this.samples++;
  }
}
