import { formatMicroseconds, formatPercent } from '../model/Formats.ts';
import { sharesOf, type StageShare } from '../model/StageShares.ts';
import type { Overview } from '../wire/Rows.ts';
import { byId, make, setMark, setText } from './Elements.ts';

interface StageLine {
  readonly element: HTMLTableRowElement;
  readonly cells: readonly HTMLElement[];

  /** Its parts of the bars: against the budget, and of the mean frame. */
  readonly segments: readonly HTMLElement[];
}

/** The frame's time by stage: a bar against the budget, another one that takes the mean frame apart, and the numbers. */
export class FramePanel {
  private readonly bars = [byId('budgetbar', HTMLDivElement), byId('stagebar', HTMLDivElement)];
  private readonly body = byId('stages', HTMLTableSectionElement);
  private readonly scales = [byId('budget-scale', HTMLElement), byId('stage-scale', HTMLElement)];
  private readonly behind = byId('behind', HTMLParagraphElement);
  private readonly lines = new Map<string, StageLine>();

  write(overview: Overview): void {
    const { parts, sums, budgetUs, frame } = sharesOf(overview);
    const mean = frame?.meanUs ?? 0;
    this.writeBars(parts, [Math.max(budgetUs, mean), Math.max(1e-9, mean)]);
    for (const part of [...parts, ...sums]) this.writeLine(this.line(part, parts.includes(part)), part);
    this.say(`${formatMicroseconds(mean)} of ${formatMicroseconds(budgetUs)}`, formatMicroseconds(mean));
    const late = overview.framesBehind;
    setMark(this.behind, 'tone', late > 0 ? 'warn' : '');
    setText(this.behind, late > 0
      ? `${late === 1 ? '1 frame' : `${late} frames`} took longer than the budget`
      : `${formatPercent(mean, budgetUs)} of the budget`);
  }

  private writeBars(parts: readonly StageShare[], wholes: readonly number[]): void {
    let beginUs = 0;
    for (const part of parts) {
      this.line(part, true).segments.forEach((segment, bar) => {
        const whole = wholes[bar] ?? 1;
        segment.style.transform = `translateX(${(100 * beginUs) / whole}%) scaleX(${part.meanUs / whole})`;
      });
      beginUs += part.meanUs;
    }
  }

  private say(...texts: readonly string[]): void {
    texts.forEach((text, index) => {
      const [scale, bar] = [this.scales[index], this.bars[index]];
      if (scale !== undefined) setText(scale, text);
      if (bar !== undefined && bar.ariaDescription !== text) bar.ariaDescription = text;
    });
  }

  private writeLine({ cells }: StageLine, { meanUs, p99Us, maxUs }: StageShare): void {
    [meanUs, p99Us, maxUs].forEach((value, index) => {
      const cell = cells[index];
      if (cell !== undefined) setText(cell, value === undefined ? '' : formatMicroseconds(value));
    });
  }

  private line(stage: StageShare, isPart: boolean): StageLine {
    const known = this.lines.get(stage.name);
    if (known !== undefined) return known;
    const element = make('tr', isPart ? '' : 'sum');
    element.dataset['stage'] = stage.name;
    const name = make('th');
    name.scope = 'row';
    if (isPart) name.append(this.swatch(stage.name, 'i'));
    name.append(stage.title);
    const cells = [0, 1, 2].map(() => make('td'));
    element.append(name, ...cells);
    this.body.append(element);
    const line = { element, cells, segments: isPart ? this.bars.map((bar) => this.segment(bar, stage)) : [] };
    this.lines.set(stage.name, line);
    return line;
  }

  private segment(bar: HTMLElement, stage: StageShare): HTMLElement {
    const segment = this.swatch(stage.name, 'span');
    segment.title = stage.title;
    bar.append(segment);
    return segment;
  }

  private swatch(stage: string, tag: 'i' | 'span'): HTMLElement {
    const swatch = make(tag);
    swatch.dataset['stage'] = stage;
    return swatch;
  }
}
