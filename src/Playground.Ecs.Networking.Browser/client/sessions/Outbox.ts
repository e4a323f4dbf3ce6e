import type { ResolvedOptions } from '../ClientOptions.ts';
import { trainBytes } from '../protocol/Fragmenter.ts';
import { isReliable, type PacketHeader } from '../protocol/PacketHeader.ts';
import { limitExceeded, type NetworkError } from '../protocol/NetworkError.ts';
import { failed, type NetworkResult, ok } from '../protocol/NetworkResult.ts';
import { priorities, Priority } from '../protocol/Priority.ts';
import { ProtocolLimits } from '../protocol/ProtocolLimits.ts';
import type { BatchWriter } from './BatchWriter.ts';
import { Lane } from './Lane.ts';
import { OutPacket } from './OutPacket.ts';
import type { ReliableStream } from './ReliableStream.ts';
import type { SessionCounters } from './SessionCounters.ts';
import { Delivery, type Waiting } from './Waiting.ts';

interface Lanes {
  readonly reliable: Lane;
  readonly unreliable: Lane;
}

/**
 * What waits to be sent: four priorities, each with a lane of reliable and one of unreliable packets, bounded together by `sendQueueBytes`
 * (PROTOCOL.md, section 4).
 */
export class Outbox {
  /** Bytes that wait, packet headers included. */
  bytes = 0;
  private readonly lanes: Readonly<Record<Priority, Lanes>> = { 0: makeLanes(), 1: makeLanes(), 2: makeLanes(), 3: makeLanes() };
  private order = 0;

  // What the server takes, once it has said so.
  private maxPacketBytes: number;

  constructor(private readonly options: ResolvedOptions, private readonly counters: SessionCounters) {
    this.maxPacketBytes = options.maxPacketBytes;
  }

  /** Whether unreliable packets that are no part of a train may not be written at this priority. */
  isInUnreliableTrain(priority: Priority): boolean {
    return this.lanes[priority].unreliable.isInTrain;
  }

  /** Queues a copy of the payload; makes room by dropping older unreliable packets that matter no more than this one. Ok; LimitExceeded. */
  add(header: PacketHeader, payload: Uint8Array, waiting?: Waiting): NetworkResult {
    const bytes = trainBytes(payload.length);
    const max = this.options.sendQueueBytes;
    if (!this.tryMakeRoom(header, bytes)) return failed(limitExceeded('sendQueueBytes', max, this.bytes + bytes));
    const packet = new OutPacket(header, payload.slice(), this.order++, waiting);
    if (waiting !== undefined) waiting.packet = packet;
    this.laneOf(packet).add(packet);
    this.bytes += bytes;
    return ok();
  }

  /** Writes what fits, in lane order; the window may hold reliable packets back. */
  takeInto(batch: BatchWriter, stream: ReliableStream): void {
    let isHeldBack = false;
    for (const priority of priorities) {
      for (let packet = this.nextOf(priority, isHeldBack, stream); packet !== undefined; packet = this.nextOf(priority, isHeldBack, stream)) {
        const bytes = packet.nextBytes;
        if (isReliable(packet.header) && !stream.hasRoomFor(bytes)) {
          // Whatever is reliable waits now, smaller packets too: they would keep this one waiting for ever.
          isHeldBack = true;
          continue;
        }

        if (!batch.hasRoomFor(bytes)) return;
        this.write(packet, batch, stream);
      }
    }
  }

  /** Takes out a packet of which nothing was written; nothing when it is too late. */
  withdraw(packet: OutPacket): void {
    if (!packet.isBegun) this.drop(packet);
  }

  /** Drops what belongs to a link: all unreliable packets and the rests of their trains. */
  discardUnreliable(): void {
    for (const priority of priorities) {
      const lane = this.lanes[priority].unreliable;
      for (let packet = lane.first; packet !== undefined; packet = lane.first) {
        this.counters.packetsDiscarded++;
        this.drop(packet);
      }
    }
  }

  /** Drops what belongs to a session, and tells those who wait. */
  failReliable(error: NetworkError): void {
    for (const priority of priorities) {
      const lane = this.lanes[priority].reliable;
      for (let packet = lane.first; packet !== undefined; packet = lane.first) {
        this.drop(packet);
        packet.waiting?.fail(error);
      }
    }
  }

  /** Learns what the server takes; drops payloads that it turned out not to take, tells those who wait, and returns how many there were. */
  failAbove(maxPacketBytes: number): number {
    this.maxPacketBytes = maxPacketBytes;
    let count = 0;
    for (const priority of priorities) {
      for (let packet = this.lanes[priority].reliable.first; packet !== undefined;) {
        const next: OutPacket | undefined = packet.next;
        if (packet.payload.length > maxPacketBytes && !packet.isBegun) {
          count++;
          this.drop(packet);
          packet.waiting?.fail(limitExceeded('maxPacketBytes', maxPacketBytes, packet.payload.length));
        }

        packet = next;
      }
    }

    return count;
  }

  private nextOf(priority: Priority, isHeldBack: boolean, stream: ReliableStream): OutPacket | undefined {
    const lanes = this.lanes[priority];
    const reliable = isHeldBack ? undefined : this.unlessHeldUp(lanes.reliable.first, stream.isReplaying);
    const unreliable = this.unlessHeldUp(lanes.unreliable.first, stream.isReplaying);
    if (reliable === undefined || unreliable === undefined) return reliable ?? unreliable;
    return reliable.order < unreliable.order ? reliable : unreliable;
  }

  // All trains that are under way together stay within what the server holds for them, twice the largest packet (PROTOCOL.md,
  // section 4); and what is repeated may be in the middle of others.
  private unlessHeldUp(packet: OutPacket | undefined, isReplaying: boolean): OutPacket | undefined {
    if (packet === undefined || packet.isBegun || packet.payload.length <= ProtocolLimits.fragmentBytes) return packet;
    if (isReplaying) return undefined;
    let left = 2 * this.maxPacketBytes;
    for (const priority of priorities) left -= this.lanes[priority].reliable.trainBytes + this.lanes[priority].unreliable.trainBytes;
    return packet.payload.length <= left ? packet : undefined;
  }

  private write(packet: OutPacket, batch: BatchWriter, stream: ReliableStream): void {
    const lane = this.laneOf(packet);
    const written = packet.write(batch);
    lane.wrote(written.packet.length);
    this.bytes -= written.packet.length;
    if (isReliable(packet.header)) {
      stream.stamp(written.packet, written.isWhole && packet.waiting instanceof Delivery ? packet.waiting : undefined);
    }

    if (!written.isWhole) return;
    lane.remove(packet);
    release(packet);
  }

  private tryMakeRoom(header: PacketHeader, bytes: number): boolean {
    let missing = this.bytes + bytes - this.options.sendQueueBytes;
    if (missing <= 0) return true;

    // A Normal packet gives way to nothing in a lane above its own, and a Low one to nothing but older Low ones.
    const droppable = ([Priority.Low, Priority.Normal] as const).filter((priority) => priority >= header.priority).map((priority) => this.lanes[priority].unreliable);
    if (droppable.reduce((sum, lane) => sum + lane.bytesNotBegun, 0) < missing) return false;
    for (const lane of droppable) missing -= missing > 0 ? this.dropOldest(lane, missing) : 0;
    return true;
  }

  private dropOldest(lane: Lane, bytes: number): number {
    let dropped = 0;
    for (let packet = lane.firstNotBegun; packet !== undefined && dropped < bytes; packet = lane.firstNotBegun) {
      dropped += packet.bytesLeft;
      this.counters.packetsDropped++;
      this.drop(packet);
    }

    return dropped;
  }

  private drop(packet: OutPacket): void {
    this.bytes -= packet.bytesLeft;
    this.laneOf(packet).remove(packet);
    release(packet);
  }

  private laneOf(packet: OutPacket): Lane {
    const lanes = this.lanes[packet.header.priority];
    return isReliable(packet.header) ? lanes.reliable : lanes.unreliable;
  }
}

function makeLanes(): Lanes {
  return { reliable: new Lane(), unreliable: new Lane() };
}

function release(packet: OutPacket): void {
  if (packet.waiting !== undefined) packet.waiting.packet = undefined;
}
