import { stampSequence } from './PacketHeader.ts';
import { ProtocolLimits } from './ProtocolLimits.ts';
import { nextSequence, sequenceDistance } from './Sequence.ts';

/** What an acknowledgement says: more than before, the same, less (ignored), or what was never sent (4505). */
export type AckStatus = 'Advanced' | 'Unchanged' | 'Stale' | 'Impossible';

/**
 * The sending side of reliable delivery in one session (PROTOCOL.md, section 8): stamps packets in the order in which they enter batches and
 * keeps copies of those that were written and not yet acknowledged, to be repeated on the session's next link.
 */
export class ReliableWindow {
  private kept: Uint8Array[] = [];

  // Where the repetition stands; at the end when there is nothing to repeat.
  private replay = 0;
  private keptBytes = 0;

  constructor(
    private readonly bytesMax: number,
    private lastStamped: number,
    private readonly packetsMax: number = ProtocolLimits.reliableWindowPackets,
  ) {}

  /** Packets that were stamped and not acknowledged. */
  get packets(): number {
    return this.kept.length;
  }

  /** Their bytes, headers included. */
  get bytes(): number {
    return this.keptBytes;
  }

  get isEmpty(): boolean {
    return this.kept.length === 0;
  }

  /** True while packets wait to be repeated: nothing new may be stamped until they are written. */
  get isReplaying(): boolean {
    return this.replay !== this.kept.length;
  }

  /** Whether a packet of so many bytes, header included, can be stamped now. */
  hasRoomFor(bytes: number): boolean {
    return this.kept.length < this.packetsMax && bytes <= this.bytesMax - this.keptBytes && !this.isReplaying;
  }

  /** Gives the framed packet the next number, in place, and keeps a copy; returns the number. */
  stamp(packet: Uint8Array): number {
    this.lastStamped = nextSequence(this.lastStamped);
    stampSequence(packet, this.lastStamped);
    this.kept.push(packet.slice());
    this.replay = this.kept.length;
    this.keptBytes += packet.length;
    return this.lastStamped;
  }

  /** Drops what the other side has: everything up to `sequence`. */
  acknowledge(sequence: number): AckStatus {
    const lastAcknowledged = (this.lastStamped - this.kept.length) & 0xffff;
    const count = sequenceDistance(lastAcknowledged, sequence);
    if (count === 0) return 'Unchanged';
    if (count < 0) return 'Stale';
    if (count > this.kept.length) return 'Impossible';
    for (const packet of this.kept.splice(0, count)) this.keptBytes -= packet.length;
    this.replay = Math.max(0, this.replay - count);
    return 'Advanced';
  }

  /** To be called when the session got a new link and the other side said what it has: everything else is repeated. */
  beginReplay(): void {
    this.replay = 0;
  }

  /** The next packet to be repeated if it fits, with its old number; it counts as written. */
  takeReplay(bytesMax: number): Uint8Array | undefined {
    const packet = this.kept[this.replay];
    if (packet === undefined || packet.length > bytesMax) return undefined;
    this.replay++;
    return packet;
  }
}
