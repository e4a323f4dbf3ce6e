import { formatCount } from '../model/Formats.ts';
import { decodePacket } from '../model/LoggedPacket.ts';
import { everything, type LogFilter, PacketLog } from '../model/PacketLog.ts';
import type { Packets } from '../wire/Rows.ts';
import { below, byId, byTest, setText } from './Elements.ts';
import { LogDetail } from './LogDetail.ts';
import { LogTable } from './LogTable.ts';

/** The packet log with its controls. It is off until somebody starts it: the server sends packets to those alone that ask. */
export class LogPanel {
  private readonly log = new PacketLog();
  private readonly watch = byTest('log-watch', HTMLButtonElement);
  private readonly pause = byTest('log-pause', HTMLButtonElement);
  private readonly clear = byTest('log-clear', HTMLButtonElement);
  private readonly note = byTest('log-note', HTMLParagraphElement);
  private readonly filters = byTest('log-filters', HTMLFormElement);
  private readonly detail = new LogDetail(byId('log-detail', HTMLElement));
  private readonly table: LogTable;
  private filter: LogFilter = everything;
  private isWatching = false;
  private matching = 0;

  constructor(private readonly nameOf: (channel: number) => string | undefined, private readonly watchPackets: (wanted: boolean) => void) {
    this.table = new LogTable(byTest('log-table', HTMLTableElement), byId('log-scroll', HTMLDivElement), (packet) => this.detail.show(packet));
    this.watch.addEventListener('click', () => this.toggleWatch());
    this.pause.addEventListener('click', () => this.togglePause());
    this.clear.addEventListener('click', () => this.empty());
    this.filters.addEventListener('input', () => this.refilter());
    this.filters.addEventListener('submit', (event) => event.preventDefault());
    this.writeNote();
  }

  add({ rows, notShown }: Packets): void {
    // What was on its way when the log was stopped.
    if (!this.isWatching) return;
    this.log.add(rows.map((row) => decodePacket(this.log.nextSerial(), row, this.nameOf)), notShown);
  }

  /** Shows what was added. */
  draw(): void {
    if (!this.log.isPaused) this.show();
    else this.writeNote();
  }

  private toggleWatch(): void {
    this.isWatching = !this.isWatching;
    if (this.log.isPaused) this.togglePause();
    this.watch.ariaPressed = `${this.isWatching}`;
    this.watch.classList.toggle('primary', !this.isWatching);
    setText(this.watch, this.isWatching ? 'Stop' : 'Start');
    this.pause.disabled = !this.isWatching;
    this.clear.disabled = false;
    this.watchPackets(this.isWatching);
    this.writeNote();
  }

  private togglePause(): void {
    if (this.log.isPaused) this.log.resume();
    else this.log.pause();
    this.pause.ariaPressed = `${this.log.isPaused}`;
    setText(this.pause, this.log.isPaused ? 'Go on' : 'Pause');
    this.show();
  }

  private empty(): void {
    this.log.clear();
    this.detail.clear();
    this.show();
  }

  private refilter(): void {
    const text = (name: string): string => below(this.filters, `[name=${name}]`, HTMLInputElement).value.trim();
    const direction = below(this.filters, '[name=direction]', HTMLSelectElement).value;
    this.filter = {
      direction: direction === 'in' || direction === 'out' ? direction : 'both', channel: text('channel'), type: text('type'), peer: text('peer'),
    };
    this.show();
  }

  private show(): void {
    const rows = this.log.rows(this.filter);
    this.matching = rows.length;
    this.table.show(rows);
    this.writeNote();
  }

  private writeNote(): void {
    setText(this.note, this.noteText());
  }

  private noteText(): string {
    const { length, waiting, notShown, isPaused, capacity } = this.log;
    if (!this.isWatching && length === 0) return 'Off: the server sends headers to those alone who ask';
    const parts = [this.matching === length ? `${formatCount(length)} packets` : `${formatCount(this.matching)} of ${formatCount(length)} match`];
    if (length === capacity) parts.push('older ones are gone');
    if (isPaused) parts.push(`${formatCount(waiting)} waiting`);
    if (notShown > 0) parts.push(`${formatCount(notShown)} not shown`);
    if (!this.isWatching) parts.push('stopped');
    return parts.join(' · ');
  }
}
