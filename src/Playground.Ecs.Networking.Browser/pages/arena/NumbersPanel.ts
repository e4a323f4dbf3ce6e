import type { ClientStats } from 'playground-ecs-networking';
import { element, setText } from './Elements.ts';
import { formatMs, formatRate, type IntervalMeter, RateMeter } from './Meters.ts';

/** What the numbers are of. Times in ms; undefined: unknown. */
export interface Readings {
  readonly stats: ClientStats;
  readonly roundTripMs: number | undefined;

  /** How far the picture is behind the newest frame that is due. */
  readonly delayMs: number | undefined;

  /** How much later than others some snapshots come. */
  readonly jitterMs: number | undefined;

  /** Time between the server's frames. */
  readonly periodMs: number;

  /** Snapshots received and left out so far. */
  readonly frames: number;
  readonly missed: number;
}

/** Latency and frames in numbers, each measured here and none guessed, but for the time from key to screen, which is their sum. */
export class NumbersPanel {
  private readonly bytesIn = new RateMeter();
  private readonly bytesOut = new RateMeter();
  private readonly frames = new RateMeter();
  private readonly cells = {
    roundTrip: element('round-trip', HTMLElement),
    delay: element('delay', HTMLElement),
    keyToScreen: element('key-to-screen', HTMLElement),
    serverFrames: element('server-frames', HTMLElement),
    missed: element('frames-missed', HTMLElement),
    jitter: element('jitter', HTMLElement),
    displayP50: element('display-p50', HTMLElement),
    displayP95: element('display-p95', HTMLElement),
    dataIn: element('data-in', HTMLElement),
    dataOut: element('data-out', HTMLElement),
  };

  constructor(private readonly display: IntervalMeter) {}

  /** Another client counts from 0. */
  reset(): void {
    for (const meter of [this.bytesIn, this.bytesOut, this.frames]) meter.reset();
  }

  show(readings: Readings, now: number): void {
    const { cells, display } = this;
    const pictureMs = display.percentile(0.5);
    this.bytesIn.sample(readings.stats.bytesReceived, now);
    this.bytesOut.sample(readings.stats.bytesSent, now);
    this.frames.sample(readings.frames, now);
    setNumber(cells.roundTrip, formatMs(readings.roundTripMs));
    setNumber(cells.delay, formatMs(readings.delayMs));
    setNumber(cells.keyToScreen, formatMs(keyToScreen(readings, pictureMs)));
    setNumber(cells.serverFrames, `${this.frames.perSecond.toFixed(1)} /s`);
    setNumber(cells.missed, String(readings.missed));
    setNumber(cells.jitter, formatMs(readings.jitterMs));
    setNumber(cells.displayP50, formatMs(pictureMs));
    setNumber(cells.displayP95, formatMs(display.percentile(0.95)));
    setNumber(cells.dataIn, formatRate(this.bytesIn.perSecond));
    setNumber(cells.dataOut, formatRate(this.bytesOut.perSecond));
  }
}

/** A picture until the input is sent, the way there and back, half a frame on average until the server takes it, and the picture's delay. */
export function keyToScreen({ roundTripMs, delayMs, periodMs }: Readings, pictureMs: number | undefined): number | undefined {
  if (roundTripMs === undefined || delayMs === undefined || pictureMs === undefined) return undefined;
  return pictureMs / 2 + roundTripMs + periodMs / 2 + delayMs;
}

// All of one length: a number that grows moves nothing.
function setNumber(cell: Element, text: string): void {
  setText(cell, text.padStart(10));
}
