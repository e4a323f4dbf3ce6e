import { make } from './Elements.ts';
import type { Column } from './Table.ts';

/** A row on the page: it remembers what its cells say, and touches those alone that say something else. */
export class TableRow<Row> {
  readonly element: HTMLTableRowElement;
  private readonly texts: string[] = [];
  private readonly tones: string[] = [];
  private readonly places: HTMLElement[] = [];
  private readonly button: HTMLButtonElement | undefined;

  /** @param toggle What the row's button does; undefined: it has none. */
  constructor(readonly key: string, private readonly columns: readonly Column<Row>[], toggle: (() => void) | undefined, isChild: boolean) {
    this.element = make('tr', isChild ? 'child' : '');
    columns.forEach((column, index) => {
      const isName = index === 0;
      const cell = make(isName ? 'th' : 'td', column.isNumeric === true ? 'number' : '');
      if (isName) cell.setAttribute('scope', 'row');
      this.places.push(this.placeIn(cell, column, isName ? toggle : undefined));
      this.element.append(cell);
    });
    this.button = this.places[0] instanceof HTMLButtonElement ? this.places[0] : undefined;
  }

  write(row: Row, hasChildren: boolean, isUnfolded: boolean): this {
    this.columns.forEach((column, index) => {
      const place = this.places[index];
      if (place !== undefined) this.writeCell(place, index, column.text(row), column.chip?.(row));
    });
    this.writeButton(hasChildren, isUnfolded);
    return this;
  }

  private writeCell(place: HTMLElement, index: number, text: string, tone: string | undefined): void {
    if (this.texts[index] !== text) {
      this.texts[index] = text;
      place.textContent = text;
      if (index === 0) place.title = text;
    }

    if (tone !== undefined && this.tones[index] !== tone) {
      this.tones[index] = tone;
      place.dataset['tone'] = tone;
    }
  }

  private writeButton(hasChildren: boolean, isUnfolded: boolean): void {
    if (this.button === undefined) return;
    this.button.disabled = !hasChildren;
    const expanded = `${isUnfolded && hasChildren}`;
    if (this.button.ariaExpanded !== expanded) this.button.ariaExpanded = expanded;
  }

  private placeIn(cell: HTMLElement, column: Column<Row>, toggle: (() => void) | undefined): HTMLElement {
    if (toggle !== undefined) {
      const button = make('button', 'unfold');
      button.type = 'button';
      button.addEventListener('click', toggle);
      cell.append(button);
      return button;
    }

    if (column.chip === undefined) return cell;
    const chip = make('span', 'chip');
    cell.append(chip);
    return chip;
  }
}
