import { make } from './Elements.ts';

/** The rows between two indices, the second one not included. */
export interface RowRange {
  readonly begin: number;
  readonly end: number;
}

/**
 * Which of a scrolled table's rows are on the page: those that one can see, and some around them. Two spacers stand for the others. Where it is
 * scrolled to is kept from the events that say so: to ask while rows are written has the browser lay out the page once more.
 */
export class RowWindow {
  private readonly above = make('tr', 'space');
  private readonly beneath = make('tr', 'space');
  private isWaiting = false;
  private height = 0;
  private scrolled = 0;
  private row = 0;

  /** @param onMove Called, once a frame of the browser at most, when others are to be seen. */
  constructor(private readonly scroll: HTMLElement, body: HTMLElement, private readonly spare: number, private readonly onMove: () => void) {
    for (const space of [this.above, this.beneath]) {
      space.setAttribute('aria-hidden', 'true');
      space.append(make('td'));
    }
    body.append(this.above, this.beneath);
    scroll.addEventListener('scroll', () => this.moveSoon(), { passive: true });
    new ResizeObserver(() => this.moveSoon()).observe(scroll);
    this.look();
  }

  /** Rows belong between this one and `last`. */
  get first(): HTMLElement {
    return this.above;
  }

  get last(): HTMLElement {
    return this.beneath;
  }

  /** The height of every row (--row of the style sheet). */
  get rowPixels(): number {
    return this.row;
  }

  /** How many pixels are above what one sees. */
  get top(): number {
    return this.scrolled;
  }

  /** Scrolls to so many pixels. */
  scrollTo(top: number): void {
    this.scroll.scrollTop = top;
    this.look();
  }

  /** The range to show of so many rows; the spacers take the room of the others. */
  range(count: number): RowRange {
    const { row, scrolled } = this;
    const begin = Math.max(0, Math.min(Math.floor(scrolled / row), count) - this.spare);
    const end = Math.min(count, Math.ceil((scrolled + this.height) / row) + this.spare);
    setHeight(this.above, begin * row);
    setHeight(this.beneath, (count - end) * row);
    return { begin, end };
  }

  private look(): void {
    this.height = this.scroll.clientHeight;
    this.scrolled = this.scroll.scrollTop;
    this.row = 1.75 * parseFloat(getComputedStyle(document.documentElement).fontSize);
  }

  // The browser has just laid out the page when it says that one scrolled or that a size changed.
  private moveSoon(): void {
    this.look();
    if (this.isWaiting) return;
    this.isWaiting = true;
    requestAnimationFrame(() => {
      this.isWaiting = false;
      this.onMove();
    });
  }
}

function setHeight(space: HTMLElement, pixels: number): void {
  const height = `${Math.max(0, pixels)}px`;
  if (space.style.height !== height) space.style.height = height;
}
