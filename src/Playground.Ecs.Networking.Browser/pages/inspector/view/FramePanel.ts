import { formatMicroseconds, formatPercent } from '../model/Formats.ts';
import { sharesOf, type StageShare } from '../model/StageShares.ts';
import type { Overview } from '../wire/Rows.ts';
import { byId, make, setMark, setText } from './Elements.ts';

interface StageLine {
  readonly element: HTMLTableRowElement;
  readonly cells: readonly HTMLElement[];
  readonly segment: HTMLElement | undefined;
}

/** The frame's time by stage: a bar against the budget, and the numbers. */
export class FramePanel {
  private readonly bar = byId('stagebar', HTMLDivElement);
  private readonly body = byId('stages', HTMLTableSectionElement);
  private readonly scale = byId('stage-scale', HTMLSpanElement);
  private readonly behind = byId('behind', HTMLParagraphElement);
  private readonly lines = new Map<string, StageLine>();

  write(overview: Overview): void {
    const { parts, sums, budgetUs, frame } = sharesOf(overview);
    const wholeUs = Math.max(budgetUs, frame?.meanUs ?? 0);
    let beginUs = 0;
    for (const part of parts) {
      const segment = this.line(part, true).segment;
      if (segment !== undefined) segment.style.transform = `translateX(${(100 * beginUs) / wholeUs}%) scaleX(${part.meanUs / wholeUs})`;
      beginUs += part.meanUs;
    }

    for (const part of [...parts, ...sums]) this.writeLine(this.line(part, false), part);
    setText(this.scale, `${formatMicroseconds(budgetUs)} a frame`);
    const mean = frame?.meanUs ?? 0;
    const late = overview.framesBehind;
    setMark(this.behind, 'tone', late > 0 ? 'warn' : '');
    setText(this.behind, late > 0
      ? `${late === 1 ? '1 frame' : `${late} frames`} took longer than the budget`
      : `${formatPercent(mean, budgetUs)} of the budget`);
    const label = `The mean frame takes ${formatMicroseconds(mean)} of ${formatMicroseconds(budgetUs)}`;
    if (this.bar.ariaLabel !== label) this.bar.ariaLabel = label;
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
    const line = { element, cells, segment: isPart ? this.segment(stage) : undefined };
    this.lines.set(stage.name, line);
    return line;
  }

  private segment(stage: StageShare): HTMLElement {
    const segment = this.swatch(stage.name, 'span');
    segment.title = stage.title;
    this.bar.append(segment);
    return segment;
  }

  private swatch(stage: string, tag: 'i' | 'span'): HTMLElement {
    const swatch = make(tag);
    swatch.dataset['stage'] = stage;
    return swatch;
  }
}
