import { hasMoreFragments, isReliable, type PacketHeader } from './PacketHeader.ts';

/** What became of a packet; after Malformed or TooLarge nothing was taken and the link is to be closed. */
export type TrainResult =
  | { readonly status: 'Single' | 'Partial' | 'Malformed' | 'TooLarge' }
  | { readonly status: 'Complete'; readonly payload: Uint8Array };

interface Partial {
  readonly channel: number;
  readonly type: number;
  bytes: Uint8Array;
  length: number;
}

const single: TrainResult = { status: 'Single' };
const partial: TrainResult = { status: 'Partial' };
const malformed: TrainResult = { status: 'Malformed' };
const tooLarge: TrainResult = { status: 'TooLarge' };

/**
 * Puts the trains of one session together again (PROTOCOL.md, section 4): at most one reliable and one unreliable partial payload per lane,
 * each at most `maxPacketBytes`, all together twice that. Memory grows by what has arrived, never by what is announced.
 */
export class TrainAssembler {
  private readonly partials = new Map<number, Partial>();
  private pendingBytes = 0;

  constructor(private readonly maxPacketBytes: number) {}

  /** Takes the next packet of the link, in the order of arrival; copies its payload when it is part of a train. */
  add(header: PacketHeader, payload: Uint8Array): TrainResult {
    const slot = slotOf(header);
    const begun = this.partials.get(slot);
    if (begun === undefined && !hasMoreFragments(header)) return payload.length <= this.maxPacketBytes ? single : tooLarge;
    if (begun !== undefined && (begun.channel !== header.channel || begun.type !== header.type)) return malformed;
    if (payload.length > this.maxPacketBytes - (begun?.length ?? 0)) return tooLarge;
    if (this.pendingBytes + payload.length > 2 * this.maxPacketBytes) return tooLarge;
    const train = begun ?? this.begin(slot, header);
    this.append(train, payload);
    if (hasMoreFragments(header)) return partial;
    this.forget(slot, train);
    return { status: 'Complete', payload: train.bytes.subarray(0, train.length) };
  }

  /** Drops unreliable partial payloads, as both sides do when a link ends; reliable ones belong to the session and stay. */
  discardUnreliable(): void {
    for (const [slot, train] of this.partials) {
      if (slot % 2 === 0) this.forget(slot, train);
    }
  }

  private begin(slot: number, header: PacketHeader): Partial {
    const train = { channel: header.channel, type: header.type, bytes: new Uint8Array(0), length: 0 };
    this.partials.set(slot, train);
    return train;
  }

  private append(train: Partial, payload: Uint8Array): void {
    const needed = train.length + payload.length;
    if (needed > train.bytes.length) {
      const grown = new Uint8Array(Math.max(needed, Math.min(2 * train.bytes.length, this.maxPacketBytes)));
      grown.set(train.bytes.subarray(0, train.length));
      train.bytes = grown;
    }

    train.bytes.set(payload, train.length);
    train.length = needed;
    this.pendingBytes += payload.length;
  }

  private forget(slot: number, train: Partial): void {
    this.pendingBytes -= train.length;
    this.partials.delete(slot);
  }
}

function slotOf(header: PacketHeader): number {
  return header.priority * 2 + (isReliable(header) ? 1 : 0);
}
