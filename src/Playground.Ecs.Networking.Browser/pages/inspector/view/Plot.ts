import uPlot from 'uplot';
import type { History } from '../model/History.ts';
import { below, make, setText } from './Elements.ts';
import type { Palette } from './Palette.ts';

/** A line of a plot. */
export interface Line {
  /** Its name in the history. */
  readonly name: string;
  readonly title: string;

  /** The custom property with its colour. */
  readonly color: string;
  readonly isDashed?: boolean;
  readonly isFilled?: boolean;
}

export interface PlotOptions {
  readonly lines: readonly Line[];
  readonly format: (value: number) => string;

  /** The smallest height of the scale, so that noise near zero stays flat. */
  readonly floor: number;

  /** Whether the scale counts in powers of two. */
  readonly isBinary: boolean;
}

const spanSeconds = 300;
const minuteSeconds = 60;
const binarySteps = Array.from({ length: 41 }, (_, power) => 2 ** power);
const unknown = '–';

/** Series over the last minutes with a legend that says the newest values, or those below the pointer, which all plots share. */
export class Plot {
  private readonly plot: uPlot;
  private readonly values: HTMLElement[] = [];
  private readonly moment: HTMLElement;
  private readonly caption: string;
  private now = Date.now() / 1_000;

  constructor(
    figure: HTMLElement, private readonly history: History, private readonly options: PlotOptions, private readonly palette: Palette,
  ) {
    this.moment = below(figure, 'small', HTMLElement);
    this.caption = this.moment.textContent ?? '';
    this.fillLegend(below(figure, '.legend', HTMLUListElement));
    const place = below(figure, '.plot', HTMLDivElement);
    this.plot = new uPlot(this.describe(place), this.columns(), place);
    new ResizeObserver(() => this.plot.setSize(sizeOf(place))).observe(place);
    palette.onChange(() => this.plot.redraw(false, true));
  }

  /** Draws the history up to a time in seconds. */
  draw(now: number): void {
    this.now = now;
    this.plot.setData(this.columns());
    this.writeLegend();
  }

  private columns(): uPlot.AlignedData {
    return this.history.columns(this.now, this.options.lines.map(({ name }) => name)) as uPlot.AlignedData;
  }

  private fillLegend(legend: HTMLUListElement): void {
    for (const line of this.options.lines) {
      const item = make('li');
      const swatch = make('i', line.isDashed === true ? 'dashed' : '');
      swatch.style.setProperty('--swatch', `var(${line.color})`);
      const value = make('b', '', unknown);
      item.append(swatch, line.title, value);
      legend.append(item);
      this.values.push(value);
    }
  }

  private writeLegend(): void {
    const below = this.plot.cursor.idx ?? undefined;
    const index = below ?? this.plot.data[0].length - 1;
    const time = below === undefined ? undefined : this.plot.data[0][below];
    setText(this.moment, time === undefined ? this.caption : clock(time));
    this.values.forEach((element, series) => {
      const value = this.plot.data[series + 1]?.[index];
      setText(element, value === null || value === undefined ? unknown : this.options.format(value));
    });
  }

  private describe(place: HTMLElement): uPlot.Options {
    return {
      ...sizeOf(place),
      padding: [8, 18, 0, 0],
      legend: { show: false },
      cursor: { sync: { key: 'inspector' }, drag: { x: false, y: false }, y: false, points: { size: 7 } },
      scales: {
        x: { range: () => [this.now - spanSeconds, this.now] },
        y: { range: (_, _min, max) => [0, roundUp(Math.max(this.options.floor, max), this.options.isBinary)] },
      },
      axes: [this.axis({ size: 28, ...this.ages() }), this.axis({
        size: 60,
        space: 30,
        values: (_, values) => values.map((value) => (value === 0 ? '0' : withoutZeros(this.options.format(value)))),
        ...(this.options.isBinary ? { incrs: binarySteps } : {}),
      })],
      series: [{}, ...this.options.lines.map((line) => this.series(line))],
      hooks: { setCursor: [() => this.writeLegend()] },
    };
  }

  // How long ago it was, at places that do not move.
  private ages(): uPlot.Axis {
    const minutes = [4, 3, 2, 1, 0];
    return {
      splits: () => minutes.map((minute) => this.now - minute * minuteSeconds),
      values: () => minutes.map((minute) => (minute === 0 ? 'now' : `${minute} min`)),
    };
  }

  private axis(more: uPlot.Axis): uPlot.Axis {
    const line = (): string => this.palette.of('--line');
    return {
      stroke: () => this.palette.of('--muted'),
      font: `11px ${this.palette.of('--sans')}`,
      grid: { stroke: line, width: 1 },
      ticks: { show: false },
      gap: 6,
      ...more,
    };
  }

  private series(line: Line): uPlot.Series {
    const stroke = (): string => this.palette.of(line.color);
    return {
      label: line.title,
      stroke,
      width: line.isDashed === true ? 1 : 1.75,
      points: { show: false },
      spanGaps: false,
      ...(line.isDashed === true ? { dash: [5, 4] } : {}),
      ...(line.isFilled === true ? { fill: () => `color-mix(in srgb, ${stroke()} 12%, transparent)` } : {}),
    };
  }
}

function sizeOf(place: HTMLElement): { width: number; height: number } {
  return { width: Math.max(120, place.clientWidth), height: Math.max(80, place.clientHeight) };
}

// 7.50k is exact on an axis, and no shorter for it.
function withoutZeros(text: string): string {
  return text.replace(/(\.\d*?)0+(?!\d)/, '$1').replace(/\.(?!\d)/, '');
}

function clock(seconds: number): string {
  return new Date(seconds * 1_000).toLocaleTimeString('en-GB');
}

// The scale ends at a round number: it moves seldom, and not with every value.
function roundUp(value: number, isBinary: boolean): number {
  const base = isBinary ? 2 : 10;
  const power = base ** Math.floor(Math.log(value) / Math.log(base));
  const step = (isBinary ? [1, 1.5, 2, 3] : [1, 1.5, 2, 3, 4, 5, 6, 8, 10, 15]).find((one) => one * power >= value * 1.05) ?? base;
  return step * power;
}
