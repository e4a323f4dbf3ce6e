import { keepPlaces, matches, pressed, sortRows, type Sorting, type SortValue } from '../model/Sorting.ts';
import { make } from './Elements.ts';
import { RowWindow } from './RowWindow.ts';
import { TableRow } from './TableRow.ts';

/** A column of a table: what it shows, how it is sorted, how wide it is. */
export interface Column<Row> {
  readonly id: string;
  readonly title: string;
  readonly hint?: string;
  readonly width: string;
  readonly isNumeric?: boolean;
  readonly text: (row: Row) => string;
  readonly value: (row: Row) => SortValue;

  /** The colour of what a chip around the text says; without it there is no chip. */
  readonly chip?: (row: Row) => string;
}

export interface TableOptions<Row> {
  readonly columns: readonly Column<Row>[];
  readonly key: (row: Row) => string;

  /** The data attribute that names a row, and its value. */
  readonly mark: readonly [name: string, value: (row: Row) => string];

  /** What a filter looks at. */
  readonly words: (row: Row) => string;
  readonly sorting: Sorting;

  /** Rows that unfold below a row. */
  readonly children?: (row: Row) => readonly Row[];
  readonly nothing: string;
}

const reorderMs = 1_000;
const spareRows = 16;

interface Line<Row> {
  readonly key: string;
  readonly row: Row;
  readonly isChild: boolean;
  readonly hasChildren: boolean;
  readonly isUnfolded: boolean;
}

/**
 * A table that is sorted by the buttons in its head. Cells are written in place, and rows move once a second at most, so that one can read
 * them. Those alone that one can see are on the page: five hundred that change four times a second are more than a browser lays out in time.
 */
export class Table<Row> {
  private readonly body = make('tbody');
  private readonly heads = new Map<string, HTMLTableCellElement>();
  private readonly window: RowWindow;
  private readonly elements = new Map<string, TableRow<Row>>();
  private readonly unfolded = new Set<string>();
  private readonly empty = make('tr', 'nothing');
  private rows: readonly Row[] = [];
  private lines: readonly Line<Row>[] = [];
  private order: string[] = [];
  private orderedAt = -Infinity;
  private filter = '';
  private sorting: Sorting;

  constructor(private readonly table: HTMLTableElement, scroll: HTMLElement, private readonly options: TableOptions<Row>) {
    this.sorting = options.sorting;
    const cell = make('td');
    cell.colSpan = options.columns.length;
    this.empty.append(cell);
    table.append(this.widths(table), this.head(), this.body);
    this.body.append(this.empty);
    this.window = new RowWindow(scroll, this.body, spareRows, () => this.place());
    this.writeSorting();
    this.writeNothing();
  }

  /** Rows that pass the filter. */
  get matching(): number {
    return this.order.length;
  }

  update(rows: readonly Row[], now: number): void {
    this.rows = rows;
    this.write(now);
  }

  setFilter(filter: string): void {
    this.filter = filter.trim();
    this.reorder();
  }

  private reorder(): void {
    this.orderedAt = -Infinity;
    this.write(performance.now());
  }

  private write(now: number): void {
    const { key, words } = this.options;
    const shown = this.filter === '' ? this.rows : this.rows.filter((row) => matches(words(row), this.filter));
    const byKey = new Map(shown.map((row) => [key(row), row]));
    if (now - this.orderedAt >= reorderMs) {
      this.order = this.sorted(shown).map(key);
      this.orderedAt = now;
    } else {
      this.order = keepPlaces(this.order, [...byKey.keys()]);
    }

    this.lines = this.order.flatMap((name) => {
      const row = byKey.get(name);
      return row === undefined ? [] : this.linesOf(row, name);
    });
    this.table.ariaRowCount = `${this.lines.length + 1}`;
    this.empty.hidden = this.lines.length > 0;
    if (this.lines.length === 0) this.writeNothing();
    this.place();
  }

  // What is equal, as much is where nothing happens, is in the order of the first column.
  private sorted(rows: readonly Row[]): Row[] {
    const [first] = this.options.columns;
    const column = this.options.columns.find(({ id }) => id === this.sorting.column) ?? first;
    if (first === undefined || column === undefined) return [...rows];
    return sortRows(sortRows(rows, first.value, false), column.value, this.sorting.isDescending);
  }

  private linesOf(row: Row, key: string): Line<Row>[] {
    const children = this.options.children?.(row) ?? [];
    const isUnfolded = this.unfolded.has(key);
    const line = { key, row, isChild: false, hasChildren: children.length > 0, isUnfolded };
    if (!isUnfolded) return [line];
    return [line, ...children.map((child) => (
      { key: `${key}/${this.options.key(child)}`, row: child, isChild: true, hasChildren: false, isUnfolded: false }))];
  }

  private elementOf({ key, row, isChild }: Line<Row>): TableRow<Row> {
    const known = this.elements.get(key);
    if (known !== undefined) return known;
    const toggle = !isChild && this.options.children !== undefined ? (): void => this.toggle(key) : undefined;
    const element = new TableRow(key, this.options.columns, toggle, isChild);
    if (!isChild) element.element.dataset[this.options.mark[0]] = this.options.mark[1](row);
    this.elements.set(key, element);
    return element;
  }

  private toggle(key: string): void {
    if (!this.unfolded.delete(key)) this.unfolded.add(key);
    this.write(performance.now());
  }

  private place(): void {
    const { begin, end } = this.window.range(this.lines.length);
    const visible = this.lines.slice(begin, end);
    this.forget(new Set(visible.map(({ key }) => key)));
    let next = this.window.first.nextElementSibling;
    visible.forEach((line, index) => {
      const { element } = this.elementOf(line).write(line.row, line.hasChildren, line.isUnfolded);
      const rowIndex = `${begin + index + 2}`;
      if (element.ariaRowIndex !== rowIndex) element.ariaRowIndex = rowIndex;
      if (element === next) next = next.nextElementSibling;
      else this.body.insertBefore(element, next);
    });
  }

  private forget(kept: ReadonlySet<string>): void {
    for (const [key, { element }] of this.elements) {
      if (kept.has(key)) continue;
      element.remove();
      this.elements.delete(key);
    }
  }

  private writeNothing(): void {
    const text = this.filter === '' || this.rows.length === 0 ? this.options.nothing : `Nothing matches “${this.filter}”.`;
    const cell = this.empty.firstElementChild;
    if (cell !== null && cell.textContent !== text) cell.textContent = text;
  }

  private widths(table: HTMLTableElement): HTMLElement {
    const group = make('colgroup');
    for (const { width } of this.options.columns) {
      const column = make('col');
      column.style.width = width;
      group.append(column);
    }

    table.style.minWidth = `calc(${this.options.columns.map(({ width }) => width).join(' + ')})`;
    return group;
  }

  private head(): HTMLElement {
    const head = make('thead');
    const row = make('tr');
    for (const { id, title, hint, isNumeric = false } of this.options.columns) {
      const cell = make('th', isNumeric ? 'number' : '');
      cell.scope = 'col';
      const button = make('button', '', title);
      button.type = 'button';
      if (hint !== undefined) button.title = hint;
      button.addEventListener('click', () => {
        this.sorting = pressed(this.sorting, id, isNumeric);
        this.writeSorting();
        this.reorder();
      });
      cell.append(button);
      row.append(cell);
      this.heads.set(id, cell);
    }

    head.append(row);
    return head;
  }

  private writeSorting(): void {
    for (const [id, cell] of this.heads) {
      const sorted = this.sorting.isDescending ? 'descending' : 'ascending';
      cell.ariaSort = id === this.sorting.column ? sorted : 'none';
    }
  }
}
