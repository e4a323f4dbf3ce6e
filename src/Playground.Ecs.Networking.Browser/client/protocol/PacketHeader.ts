import { Priority } from './Priority.ts';

/** The twelve bytes before each payload, little-endian (PROTOCOL.md, section 3). */
export interface PacketHeader {
  readonly channel: number;
  readonly type: number;
  readonly priority: Priority;
  readonly flags: number;
  readonly sequence: number;
}

export const headerBytes = 12;

/** The flag bits; any other is malformed. */
export const PacketFlags = { None: 0, Reliable: 1, MoreFragments: 2 } as const;

const sequenceOffset = 6;
const lengthOffset = 8;

export function isReliable(header: PacketHeader): boolean {
  return (header.flags & PacketFlags.Reliable) !== 0;
}

export function hasMoreFragments(header: PacketHeader): boolean {
  return (header.flags & PacketFlags.MoreFragments) !== 0;
}

/** A packet without a sequence, which the window gives it. */
export function makeHeader(channel: number, type: number, priority: Priority, flags: number = PacketFlags.None): PacketHeader {
  return { channel, type, priority, flags, sequence: 0 };
}

/** The bytes of a packet with so much payload. */
export function packetBytes(payloadBytes: number): number {
  return headerBytes + payloadBytes;
}

/** Reads the header at an offset of a batch that was found valid. */
export function readHeader(view: DataView, offset: number): PacketHeader {
  return {
    channel: view.getUint16(offset, true),
    type: view.getUint16(offset + 2, true),
    priority: view.getUint8(offset + 4) as Priority,
    flags: view.getUint8(offset + 5),
    sequence: view.getUint16(offset + sequenceOffset, true),
  };
}

/** The payload length that the header at an offset claims. */
export function readPayloadBytes(view: DataView, offset: number): number {
  return view.getUint32(offset + lengthOffset, true);
}

/** Writes header and payload; returns the bytes written. The destination must have room. */
export function writePacket(destination: Uint8Array, header: PacketHeader, payload: Uint8Array): number {
  const view = viewOf(destination);
  view.setUint16(0, header.channel, true);
  view.setUint16(2, header.type, true);
  view.setUint8(4, header.priority);
  view.setUint8(5, header.flags);
  view.setUint16(sequenceOffset, header.sequence, true);
  view.setUint32(lengthOffset, payload.length, true);
  destination.set(payload, headerBytes);
  return headerBytes + payload.length;
}

/** Gives a framed packet its sequence, in place. */
export function stampSequence(packet: Uint8Array, sequence: number): void {
  viewOf(packet).setUint16(sequenceOffset, sequence, true);
}

/** The bytes of an array as a view with numbers. */
export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
