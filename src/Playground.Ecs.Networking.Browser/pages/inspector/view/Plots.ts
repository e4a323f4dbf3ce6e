import { formatBytes, formatCount, formatMicroseconds, formatShort } from '../model/Formats.ts';
import { History } from '../model/History.ts';
import type { OverviewRates } from '../model/OverviewRates.ts';
import { sharesOf } from '../model/StageShares.ts';
import type { Overview } from '../wire/Rows.ts';
import { below } from './Elements.ts';
import { Palette } from './Palette.ts';
import { Plot, type PlotOptions } from './Plot.ts';

// Five minutes at four a second, with room for gaps.
const spanSeconds = 300;
const capacity = 4 * spanSeconds + 40;

/** The four plots of the page, over one history. */
export class Plots {
  private readonly history = new History(capacity, spanSeconds);
  private readonly palette = new Palette();
  private readonly plots: readonly Plot[];

  constructor() {
    const place = (name: string): HTMLElement => below(document, `[data-plot=${name}]`, HTMLElement);
    const plot = (name: string, options: PlotOptions): Plot => new Plot(place(name), this.history, options, this.palette);
    this.plots = [
      plot('packets', { lines: direction('packetsIn', 'packetsOut'), format: formatShort, floor: 10, isBinary: false }),
      plot('bytes', { lines: direction('bytesIn', 'bytesOut'), format: formatBytes, floor: 1_024, isBinary: true }),
      plot('connections', {
        lines: [
          { name: 'active', title: 'Active', color: '--good', isFilled: true },
          { name: 'away', title: 'Away', color: '--warn' },
          { name: 'models', title: 'Models', color: '--accent' },
        ],
        format: formatCount,
        floor: 4,
        isBinary: false,
      }),
      plot('frame', {
        lines: [
          { name: 'p99', title: 'p99', color: '--out', isFilled: true },
          { name: 'mean', title: 'Mean', color: '--in' },
          { name: 'budget', title: 'Budget', color: '--bad', isDashed: true },
        ],
        format: formatMicroseconds,
        floor: 1_000,
        isBinary: false,
      }),
    ];
  }

  push(time: number, overview: Overview, rates: OverviewRates): void {
    const { budgetUs, frame } = sharesOf(overview);
    const { active, away, models } = overview.totals;
    this.history.push(time, {
      packetsIn: rates?.packetsIn ?? null,
      packetsOut: rates?.packetsOut ?? null,
      bytesIn: rates?.bytesIn ?? null,
      bytesOut: rates?.bytesOut ?? null,
      active,
      away,
      models,
      mean: frame?.meanUs ?? null,
      p99: frame?.p99Us ?? null,
      budget: budgetUs,
    });
  }

  /** Leaves a gap: nothing is known from here on. */
  break(time: number): void {
    this.history.break(time);
  }

  clear(): void {
    this.history.clear();
  }

  draw(time: number): void {
    for (const plot of this.plots) plot.draw(time);
  }
}

function direction(incoming: string, outgoing: string): PlotOptions['lines'] {
  return [
    { name: incoming, title: 'In', color: '--in', isFilled: true },
    { name: outgoing, title: 'Out', color: '--out', isFilled: true },
  ];
}
