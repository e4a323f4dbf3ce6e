import { type Fragment, fragmentAt, trainBytes } from '../protocol/Fragmenter.ts';
import { packetBytes, type PacketHeader } from '../protocol/PacketHeader.ts';
import type { BatchWriter } from './BatchWriter.ts';
import type { Waiting } from './Waiting.ts';

/** A payload that waits in its lane, and how far it is written. */
export class OutPacket {
  /** Bytes that are not yet written, headers included. */
  bytesLeft: number;

  /** True once its first fragment was written: from then on it is neither dropped to make room nor withdrawn. */
  isBegun = false;
  previous: OutPacket | undefined;
  next: OutPacket | undefined;
  private fragment: Fragment;

  constructor(
    readonly header: PacketHeader,
    readonly payload: Uint8Array,
    /** Its place among all packets that were queued. */
    readonly order: number,
    /** Who is told of its fate. */
    readonly waiting: Waiting | undefined,
  ) {
    this.bytesLeft = trainBytes(payload.length);
    this.fragment = fragmentAt(header, payload.length, 0);
  }

  /** The size of its next packet on the wire, header included. */
  get nextBytes(): number {
    return packetBytes(this.fragment.length);
  }

  /** Writes the next packet, which fits; returns it in place, and whether it was the last one. */
  write(batch: BatchWriter): { readonly packet: Uint8Array; readonly isWhole: boolean } {
    const { header, offset, length } = this.fragment;
    const end = offset + length;
    const packet = batch.write(header, this.payload.subarray(offset, end));
    this.bytesLeft -= packet.length;
    this.isBegun = true;
    const isWhole = end === this.payload.length;
    if (!isWhole) this.fragment = fragmentAt(this.header, this.payload.length, end);
    return { packet, isWhole };
  }
}
