import type { OutPacket } from './OutPacket.ts';

/** The packets of one priority and reliability that wait, oldest first. Each is in one lane at most. */
export class Lane {
  first: OutPacket | undefined;

  /** Bytes that are not yet written, headers included. */
  bytes = 0;
  private last: OutPacket | undefined;

  /** True while a train's rest waits: no other packet of this priority and reliability may be written before it. */
  get isInTrain(): boolean {
    return this.first?.isBegun === true;
  }

  /** The payload bytes of that train, written and waiting; 0: none. */
  get trainBytes(): number {
    return this.first?.isBegun === true ? this.first.payload.length : 0;
  }

  /** The bytes that could be dropped: all but a train's rest. */
  get bytesNotBegun(): number {
    return this.first?.isBegun === true ? this.bytes - this.first.bytesLeft : this.bytes;
  }

  /** The oldest packet that may be dropped. */
  get firstNotBegun(): OutPacket | undefined {
    return this.first?.isBegun === true ? this.first.next : this.first;
  }

  add(packet: OutPacket): void {
    packet.previous = this.last;
    if (this.last === undefined) this.first = packet;
    else this.last.next = packet;
    this.last = packet;
    this.bytes += packet.bytesLeft;
  }

  remove(packet: OutPacket): void {
    if (packet.previous === undefined) this.first = packet.next;
    else packet.previous.next = packet.next;
    if (packet.next === undefined) this.last = packet.previous;
    else packet.next.previous = packet.previous;
    packet.previous = packet.next = undefined;
    this.bytes -= packet.bytesLeft;
  }

  /** To be called when bytes of the first packet were written. */
  wrote(bytes: number): void {
    this.bytes -= bytes;
  }
}
