import { describeFlags, describeSequence, type LoggedPacket } from '../model/LoggedPacket.ts';
import { formatBytes, formatCount } from '../model/Formats.ts';
import { make } from './Elements.ts';
import { RowWindow } from './RowWindow.ts';

interface LogColumn {
  readonly title: string;
  readonly width: string;
  readonly isNumeric: boolean;
  readonly text: (packet: LoggedPacket) => string;
}

const columns: readonly LogColumn[] = [
  { title: '⇄', width: '2.25rem', isNumeric: false, text: ({ isOut }) => (isOut ? '→' : '←') },
  { title: 'Frame', width: '5.5rem', isNumeric: true, text: ({ frame }) => formatCount(frame) },
  { title: 'Channel', width: '8rem', isNumeric: false, text: ({ channelName }) => channelName },
  { title: 'Type', width: '8.5rem', isNumeric: false, text: ({ typeName }) => typeName },
  { title: 'Peer', width: '8rem', isNumeric: false, text: peerOf },
  { title: 'Payload', width: '5.5rem', isNumeric: true, text: ({ payloadBytes }) => formatBytes(payloadBytes) },
  { title: 'Lane', width: '5rem', isNumeric: false, text: ({ lane }) => lane },
  { title: 'Flags', width: '5.25rem', isNumeric: false, text: describeFlags },
  { title: 'Sequence', width: '5.25rem', isNumeric: true, text: describeSequence },
];

const spareRows = 8;

/** The packets of the log, as many rows as one can see. Arrow keys and clicks choose one, which stays chosen as others arrive. */
export class LogTable {
  private readonly window: RowWindow;
  private readonly body = make('tbody');
  private readonly pool: HTMLTableRowElement[] = [];
  private rows: readonly LoggedPacket[] = [];
  private chosen = -1;

  constructor(
    private readonly table: HTMLTableElement, private readonly scroll: HTMLElement, private readonly onChoose: (packet: LoggedPacket) => void,
  ) {
    table.append(this.widths(), this.head(), this.body);
    this.window = new RowWindow(scroll, this.body, spareRows, () => this.draw());
    scroll.addEventListener('keydown', (event) => this.key(event));
    this.body.addEventListener('click', (event) => this.click(event));
  }

  /** The rows to show, the newest first. One who has scrolled down keeps seeing the same packets. */
  show(rows: readonly LoggedPacket[]): void {
    const { rowPixels } = this.window;
    const top = this.rows[0]?.serial;
    const added = this.window.top > rowPixels && top !== undefined ? rows.findIndex(({ serial }) => serial <= top) : 0;
    this.rows = rows;
    this.table.ariaRowCount = `${rows.length + 1}`;
    this.draw();
    if (added > 0) {
      this.window.scrollTo(this.window.top + added * rowPixels);
      this.draw();
    }
  }

  private draw(): void {
    const { begin, end } = this.window.range(this.rows.length);
    const visible = this.rows.slice(begin, end);
    while (this.pool.length < visible.length) this.grow();
    this.pool.forEach((element, index) => {
      const packet = visible[index];
      element.hidden = packet === undefined;
      if (packet !== undefined) this.write(element, packet, begin + index);
    });
  }

  private write(element: HTMLTableRowElement, packet: LoggedPacket, index: number): void {
    const isChosen = `${packet.serial === this.chosen}`;
    if (element.ariaSelected !== isChosen) element.ariaSelected = isChosen;
    element.ariaRowIndex = `${index + 2}`;
    if (element.dataset['serial'] === `${packet.serial}`) return;
    element.dataset['serial'] = `${packet.serial}`;
    element.dataset['direction'] = packet.isOut ? 'out' : 'in';
    element.dataset['channel'] = `${packet.channel}`;
    columns.forEach(({ text }, place) => {
      const cell = element.cells[place];
      const said = text(packet);
      if (cell !== undefined && cell.textContent !== said) cell.textContent = said;
    });
  }

  private grow(): void {
    const element = make('tr');
    for (const { isNumeric } of columns) element.append(make('td', isNumeric ? 'number' : ''));
    this.pool.push(element);
    this.body.insertBefore(element, this.window.last);
  }

  private click({ target }: Event): void {
    const row = target instanceof Element ? target.closest('tr') : null;
    const index = this.rows.findIndex(({ serial }) => `${serial}` === row?.dataset['serial']);
    if (index >= 0) this.choose(index);
  }

  private key(event: KeyboardEvent): void {
    const { rowPixels } = this.window;
    const page = Math.max(1, Math.floor(this.scroll.clientHeight / rowPixels) - 2);
    const steps: Readonly<Record<string, number>> = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page, Home: -Infinity, End: Infinity };
    const step = steps[event.key];
    if (step === undefined || this.rows.length === 0) return;
    event.preventDefault();
    const now = this.rows.findIndex(({ serial }) => serial === this.chosen);
    const index = now < 0 ? 0 : Math.max(0, Math.min(this.rows.length - 1, now + step));
    this.choose(index);
    const top = index * rowPixels;
    if (top < this.scroll.scrollTop) this.scroll.scrollTop = top;
    const head = this.table.tHead?.offsetHeight ?? 0;
    const bottom = top + rowPixels + head - this.scroll.clientHeight;
    if (bottom > this.scroll.scrollTop) this.scroll.scrollTop = bottom;
  }

  private choose(index: number): void {
    const packet = this.rows[index];
    if (packet === undefined) return;
    this.chosen = packet.serial;
    this.draw();
    this.onChoose(packet);
  }

  private widths(): HTMLElement {
    const group = make('colgroup');
    for (const { width } of columns) {
      const column = make('col');
      column.style.width = width;
      group.append(column);
    }

    this.table.style.minWidth = `calc(${columns.map(({ width }) => width).join(' + ')})`;
    return group;
  }

  private head(): HTMLElement {
    const head = make('thead');
    const row = make('tr');
    for (const { title, isNumeric } of columns) {
      const cell = make('th', isNumeric ? 'number' : '', title);
      cell.scope = 'col';
      if (title === '⇄') cell.ariaLabel = 'Direction';
      row.append(cell);
    }

    head.append(row);
    return head;
  }
}

function peerOf({ peer, receivers, isOut }: LoggedPacket): string {
  if (peer !== '') return peer;
  return isOut ? `${formatCount(receivers)} ${receivers === 1 ? 'receiver' : 'receivers'}` : '';
}
