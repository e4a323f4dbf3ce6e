import type { LaneTotals, Overview } from '../wire/Rows.ts';
import { type RatesOf, RateWindow, wentBack } from './Rates.ts';

const counted = [
  'frame', 'accepted', 'ended', 'packetsIn', 'packetsOut', 'bytesIn', 'bytesOut', 'dropped', 'inboxDropped', 'refused', 'resumed',
] as const;
const laneCounted = ['packetsOut', 'bytesOut', 'dropped'] as const;

type Counted = (typeof counted)[number];
type LaneCounted = (typeof laneCounted)[number];

/** What the server does a second, over the last one; undefined as long as there is one snapshot alone. */
export type OverviewRates = RatesOf<Counted>;
export type LaneRates = RatesOf<LaneCounted>;

/** What follows from an Overview and those before it. */
export interface Progress {
  readonly rates: OverviewRates;
  readonly lanes: readonly LaneRates[];

  /** Whether the counts went back: another server, or the same one anew. */
  readonly isRestart: boolean;
}

/** Makes rates of the Overviews of one server. */
export class OverviewWindow {
  private readonly totals = new RateWindow<Counted>(counted);
  private readonly lanes = [0, 1, 2, 3].map(() => new RateWindow<LaneCounted>(laneCounted));
  private last: Overview | undefined;

  push(overview: Overview): Progress {
    const isRestart = this.last !== undefined && isEarlier(overview, this.last);
    this.last = overview;
    return {
      rates: this.totals.push(overview.uptimeMs, countsOf(overview)),
      lanes: this.lanes.map((window, lane) => pushLane(window, overview.uptimeMs, overview.lanes[lane])),
      isRestart,
    };
  }
}

function isEarlier(overview: Overview, last: Overview): boolean {
  return overview.uptimeMs < last.uptimeMs || wentBack(countsOf(last), countsOf(overview), counted);
}

function countsOf({ frame, totals }: Overview): Readonly<Record<Counted, number>> {
  return { ...totals, frame };
}

function pushLane(window: RateWindow<LaneCounted>, uptimeMs: number, lane: LaneTotals | undefined): LaneRates {
  return lane === undefined ? undefined : window.push(uptimeMs, lane);
}
