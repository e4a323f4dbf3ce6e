const delayMin = 2;
const delayMax = 12;

// Nearer than this to where it should be, the playhead glides; farther, it jumps.
const jumpFrames = 15;
const glideMs = 250;

// The frame that arrived soonest tells the server's clock; those that come later than it tell the jitter.
const earlyGain = 0.5;
const lateGain = 0.02;
const spreadDecay = 0.995;
const periodGain = 0.05;
const arrivalsKept = 64;

// Over less time jitter is most of what is measured.
const measuredMsMin = 200;

/**
 * The server's frames on this page's clock: which frame is due now, how much later than the server's the page's picture has to be so that
 * jitter does not show, and the playhead, which follows at that distance. Frames are counted without wrapping, times in ms.
 */
export class FrameClock {
  /** Time from one of the server's frames to the next. */
  periodMs = 1_000 / 60;
  private readonly frames = new Float64Array(arrivalsKept);
  private readonly times = new Float64Array(arrivalsKept);
  private arrivals = 0;
  private anchorFrame = 0;
  private anchorTime = 0;
  private spread = 0;
  private head = Number.NaN;
  private headTime = 0;

  /** How many frames the picture is behind: 2 and what the jitter asks for, at most 12. */
  get delayFrames(): number {
    return Math.min(delayMin + this.spread, delayMax);
  }

  /** How much later than the soonest the others arrived lately, in frames. */
  get jitterFrames(): number {
    return this.spread;
  }

  /** A frame, newer than all before, has arrived. */
  heard(frame: number, now: number): void {
    const late = this.frameAt(now) - frame;
    if (this.arrivals === 0 || Math.abs(late) > delayMax) {
      this.restart(frame, now);
      return;
    }

    this.anchorFrame = frame + late * (1 - (late < 0 ? earlyGain : lateGain));
    this.anchorTime = now;
    this.spread = Math.max(late, this.spread * spreadDecay);
    this.measure(frame, now);
  }

  /** Where the picture is: a frame and a part of the way to the next. Never goes back, unless the clock was set anew. */
  playhead(now: number): number {
    const target = this.frameAt(now) - this.delayFrames;
    const elapsed = Math.max(now - this.headTime, 0);
    this.headTime = now;
    if (!(Math.abs(target - this.head) <= jumpFrames)) return (this.head = target);
    const ahead = this.head + elapsed / this.periodMs;
    this.head = Math.max(this.head, ahead + (target - ahead) * Math.min(elapsed / glideMs, 1));
    return this.head;
  }

  /** Forgets everything but the rate: the frames that come are counted from elsewhere. */
  reset(): void {
    this.arrivals = 0;
    this.spread = 0;
    this.head = Number.NaN;
  }

  private frameAt(now: number): number {
    return this.anchorFrame + (now - this.anchorTime) / this.periodMs;
  }

  // After a stall, of the network or of the server, what was known of the clock says nothing.
  private restart(frame: number, now: number): void {
    this.arrivals = 0;
    this.anchorFrame = frame;
    this.anchorTime = now;
    this.spread = 0;
    this.measure(frame, now);
  }

  private measure(frame: number, now: number): void {
    const oldest = this.arrivals < arrivalsKept ? 0 : this.arrivals % arrivalsKept;
    const frames = frame - (this.frames[oldest] ?? frame);
    const elapsed = now - (this.times[oldest] ?? now);
    if (frames > 0 && elapsed >= measuredMsMin) {
      this.periodMs += (elapsed / frames - this.periodMs) * Math.max(1 / this.arrivals, periodGain);
    }

    this.frames[this.arrivals % arrivalsKept] = frame;
    this.times[this.arrivals % arrivalsKept] = now;
    this.arrivals++;
  }
}
