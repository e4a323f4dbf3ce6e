import type { ResolvedOptions } from '../ClientOptions.ts';
import type { NetworkError } from '../protocol/NetworkError.ts';
import { ReliableReceiver } from '../protocol/ReliableReceiver.ts';
import { type AckStatus, ReliableWindow } from '../protocol/ReliableWindow.ts';
import { isAfter } from '../protocol/Sequence.ts';
import { TrainAssembler } from '../protocol/TrainAssembler.ts';
import type { BatchWriter } from './BatchWriter.ts';
import type { Delivery } from './Waiting.ts';

/**
 * Reliable delivery of one session, both directions (PROTOCOL.md, section 8): the window of what was written, its deliveries that wait for an
 * acknowledgement, and what was received. Survives links, not sessions.
 */
export class ReliableStream {
  readonly receiver: ReliableReceiver;

  /** The partial payloads that arrived; the unreliable ones among them belong to the link. */
  readonly trains: TrainAssembler;
  private readonly window: ReliableWindow;
  private deliveries: Delivery[] = [];

  constructor(options: ResolvedOptions) {
    this.window = new ReliableWindow(options.reliableWindowBytes, options.initialSequence);
    this.receiver = new ReliableReceiver(options.initialSequence);
    this.trains = new TrainAssembler(options.maxPacketBytes);
  }

  /** True when everything that was written was acknowledged. */
  get isAcknowledged(): boolean {
    return this.window.isEmpty;
  }

  get isReplaying(): boolean {
    return this.window.isReplaying;
  }

  hasRoomFor(bytes: number): boolean {
    return this.window.hasRoomFor(bytes);
  }

  /** Numbers a framed packet in place; the delivery is told when it, the last packet of its payload, was acknowledged. */
  stamp(packet: Uint8Array, delivery: Delivery | undefined): void {
    const sequence = this.window.stamp(packet);
    if (delivery === undefined || delivery.isOver) return;
    delivery.last = sequence;
    this.deliveries.push(delivery);
  }

  /** Takes an acknowledgement and tells those whose packets it covers. */
  acknowledge(sequence: number): AckStatus {
    const status = this.window.acknowledge(sequence);
    if (status !== 'Advanced') return status;
    const uncovered = this.deliveries.findIndex((delivery) => isAfter(delivery.last, sequence));
    for (const delivery of this.deliveries.splice(0, uncovered < 0 ? this.deliveries.length : uncovered)) delivery.acknowledge();
    return status;
  }

  /** To be called on a new link, when the server said what it has: everything else is written again. */
  beginReplay(): void {
    this.window.beginReplay();
  }

  /** Writes what is to be repeated, as far as it fits. */
  replayInto(batch: BatchWriter): void {
    while (batch.hasRoomFor(0)) {
      const packet = this.window.takeReplay(batch.bytesLeft);
      if (packet === undefined) return;
      batch.writeFramed(packet);
    }
  }

  /** Tells those who wait for an acknowledgement that none will come. */
  fail(error: NetworkError): void {
    for (const delivery of this.deliveries.splice(0)) delivery.fail(error);
  }
}
