import type { LoggedPacket } from './LoggedPacket.ts';
import { Ring } from './Ring.ts';
import { matches } from './Sorting.ts';

/** Which packets are shown; empty text lets all through. */
export interface LogFilter {
  readonly direction: 'both' | 'in' | 'out';
  readonly channel: string;
  readonly type: string;
  readonly peer: string;
}

export const everything: LogFilter = { direction: 'both', channel: '', type: '', peer: '' };

/** Whether a filter lets a packet through; channels and types are found by name and by number. */
export function passes(packet: LoggedPacket, filter: LogFilter): boolean {
  if (filter.direction !== 'both' && packet.isOut !== (filter.direction === 'out')) return false;
  return matches(`${packet.channelName} ${packet.channel}`, filter.channel)
    && matches(`${packet.typeName} ${packet.type} 0x${packet.type.toString(16)}`, filter.type)
    && matches(packet.peer, filter.peer);
}

/** The newest packets, so many at most. While it is paused what arrives waits, bounded like what is shown. */
export class PacketLog {
  private readonly shown: Ring<LoggedPacket>;
  private readonly held: Ring<LoggedPacket>;
  private serials = 0;
  private paused = false;
  private missed = 0;

  constructor(readonly capacity = 2_000) {
    this.shown = new Ring(capacity);
    this.held = new Ring(capacity);
  }

  get isPaused(): boolean {
    return this.paused;
  }

  /** Packets that wait for the log to go on. */
  get waiting(): number {
    return this.held.length;
  }

  /** Packets in the log. */
  get length(): number {
    return this.shown.length;
  }

  /** Packets that passed the server and are not here: more than a message holds, or more than the pause may keep. */
  get notShown(): number {
    return this.missed;
  }

  /** The number of the next packet. */
  nextSerial(): number {
    return this.serials++;
  }

  add(packets: readonly LoggedPacket[], notShown: number): void {
    this.missed += notShown;
    for (const packet of packets) {
      if (!this.paused) this.shown.push(packet);
      else if (this.held.push(packet) !== undefined) this.missed++;
    }
  }

  pause(): void {
    this.paused = true;
  }

  resume(): void {
    this.paused = false;
    for (const packet of this.held) this.shown.push(packet);
    this.held.clear();
  }

  clear(): void {
    this.shown.clear();
    this.held.clear();
    this.missed = 0;
  }

  /** What passes the filter, the newest first. */
  rows(filter: LogFilter): LoggedPacket[] {
    return [...this.shown].filter((packet) => passes(packet, filter)).reverse();
  }
}
