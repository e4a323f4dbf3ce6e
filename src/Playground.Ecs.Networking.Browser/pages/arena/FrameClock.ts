import { FrameRate } from './FrameRate.ts';

const delayMin = 2;
const delayMax = 12;

// Nearer than this to where it should be, the playhead glides; farther, it jumps.
const jumpFrames = 15;
const glideMs = 250;

// The frame that arrived soonest tells the server's clock; those that come later than it tell the jitter, which is forgotten by half in this time.
const earlyGain = 0.5;
const lateGain = 0.02;
const spreadHalfMs = 2_000;

/**
 * The server's frames on this page's clock: which frame is due now, how much later than the server's the page's picture has to be so that
 * jitter does not show, and the playhead, which follows at that distance. Frames are counted without wrapping, times in ms.
 */
export class FrameClock {
  private readonly rate = new FrameRate();
  private anchorFrame = Number.NaN;
  private anchorTime = 0;
  private spread = 0;
  private head = Number.NaN;
  private headTime = 0;

  /** Time from one of the server's frames to the next. */
  get periodMs(): number {
    return this.rate.periodMs;
  }

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
    if (Math.abs(late) <= delayMax) this.adjust(frame, late, now);
    else this.setAnew(frame, now);
    this.rate.heard(frame, now);
  }

  /** Where the picture is: a frame and a part of the way to the next. Never goes back, unless the clock was set anew. */
  playhead(now: number): number {
    const target = this.frameAt(now) - this.delayFrames;
    const elapsed = Math.max(now - this.headTime, 0);
    this.headTime = now;
    if (Number.isNaN(this.head) || Math.abs(target - this.head) > jumpFrames) return (this.head = target);
    const ahead = this.head + elapsed / this.periodMs;
    this.head = Math.max(this.head, ahead + (target - ahead) * Math.min(elapsed / glideMs, 1));
    return this.head;
  }

  /** Forgets everything but the rate: the frames that come are counted from elsewhere. */
  reset(): void {
    this.rate.restart();
    this.anchorFrame = this.head = Number.NaN;
    this.spread = 0;
  }

  private frameAt(now: number): number {
    return this.anchorFrame + (now - this.anchorTime) / this.periodMs;
  }

  private adjust(frame: number, late: number, now: number): void {
    const { isSure } = this.rate;
    const fading = 0.5 ** ((now - this.anchorTime) / spreadHalfMs);
    this.spread = isSure ? Math.max(late, this.spread * fading) : 0;
    this.anchorFrame = frame + late * (1 - (isSure && late > 0 ? lateGain : earlyGain));
    this.anchorTime = now;
  }

  // After a stall, of the network or of the server, what was known of the clock says nothing. While the rate is unknown it may be that alone.
  private setAnew(frame: number, now: number): void {
    if (this.rate.isSure) this.rate.restart();
    this.anchorFrame = frame;
    this.anchorTime = now;
    this.spread = 0;
  }
}
