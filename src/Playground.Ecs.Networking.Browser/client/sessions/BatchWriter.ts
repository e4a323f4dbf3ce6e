import { packetBytes, type PacketHeader, writePacket } from '../protocol/PacketHeader.ts';
import { ProtocolLimits } from '../protocol/ProtocolLimits.ts';

/** One WebSocket message that is being written, within the limits of PROTOCOL.md, section 2. */
export class BatchWriter {
  private static readonly scratch = new Uint8Array(ProtocolLimits.maxMessageBytes);

  bytes = 0;
  packets = 0;

  get bytesLeft(): number {
    return ProtocolLimits.maxMessageBytes - this.bytes;
  }

  /** Whether another packet of so many bytes, header included, fits. */
  hasRoomFor(bytes: number): boolean {
    return bytes <= this.bytesLeft && this.packets < ProtocolLimits.maxPacketsPerMessage;
  }

  /** Writes a packet that fits; returns its bytes in place, which may still be stamped. */
  write(header: PacketHeader, payload: Uint8Array): Uint8Array {
    const packet = BatchWriter.scratch.subarray(this.bytes, this.bytes + packetBytes(payload.length));
    writePacket(packet, header, payload);
    this.bytes += packet.length;
    this.packets++;
    return packet;
  }

  /** Writes a framed packet that fits. */
  writeFramed(packet: Uint8Array): void {
    BatchWriter.scratch.set(packet, this.bytes);
    this.bytes += packet.length;
    this.packets++;
  }

  /** A copy of the message. */
  toMessage(): Uint8Array<ArrayBuffer> {
    return BatchWriter.scratch.slice(0, this.bytes);
  }
}
