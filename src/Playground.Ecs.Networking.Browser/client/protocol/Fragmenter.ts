import { type PacketHeader, packetBytes, PacketFlags } from './PacketHeader.ts';
import { ProtocolLimits } from './ProtocolLimits.ts';

/** One packet of a train: its header and its part of the payload. */
export interface Fragment {
  readonly header: PacketHeader;
  readonly offset: number;
  readonly length: number;
}

/** How many packets carry a payload. */
export function fragmentCount(payloadBytes: number): number {
  return Math.max(1, Math.ceil(payloadBytes / ProtocolLimits.fragmentBytes));
}

/** The fragment that begins at an offset of the payload. */
export function fragmentAt(header: PacketHeader, payloadBytes: number, offset: number): Fragment {
  const length = Math.min(ProtocolLimits.fragmentBytes, payloadBytes - offset);
  const isLast = offset + length === payloadBytes;
  return { header: isLast ? header : { ...header, flags: header.flags | PacketFlags.MoreFragments }, offset, length };
}

/** All of them: one when the payload is no longer than a fragment may be (PROTOCOL.md, section 4). */
export function split(header: PacketHeader, payloadBytes: number): Fragment[] {
  const count = fragmentCount(payloadBytes);
  return Array.from({ length: count }, (_, index) => fragmentAt(header, payloadBytes, index * ProtocolLimits.fragmentBytes));
}

/** The bytes of all packets that carry a payload, headers included. */
export function trainBytes(payloadBytes: number): number {
  return payloadBytes + fragmentCount(payloadBytes) * packetBytes(0);
}
