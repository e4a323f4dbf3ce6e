import { headerBytes, type PacketHeader, readHeader, readPayloadBytes, viewOf } from './PacketHeader.ts';

/** A packet of a batch; its payload is a slice of the message. */
export interface PacketOfBatch {
  readonly header: PacketHeader;
  readonly payload: Uint8Array;
}

/** The packets of a batch that was found valid, in order. */
export function* readPackets(batch: Uint8Array): Generator<PacketOfBatch, void, undefined> {
  const view = viewOf(batch);
  let offset = 0;
  while (batch.length - offset >= headerBytes) {
    const length = readPayloadBytes(view, offset);
    const begin = offset + headerBytes;
    yield { header: readHeader(view, offset), payload: batch.subarray(begin, begin + length) };
    offset = begin + length;
  }
}
