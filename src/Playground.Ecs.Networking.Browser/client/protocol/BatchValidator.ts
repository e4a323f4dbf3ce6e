import { headerBytes, PacketFlags, readPayloadBytes, viewOf } from './PacketHeader.ts';
import { CloseCode } from './CloseCodes.ts';
import { Priority } from './Priority.ts';
import { ProtocolLimits } from './ProtocolLimits.ts';

/** What is wrong with a batch, the first fault in the order of the header's fields. */
export type BatchStatus =
  | 'Valid'
  | 'MessageTooLarge'
  | 'HeaderCut'
  | 'UnknownPriority'
  | 'UnknownFlags'
  | 'SequenceWithoutReliable'
  | 'PayloadBeyondBatch'
  | 'TooManyPackets';

/** A judgement, and the packets of the batch: all when valid, those before the fault otherwise. */
export interface BatchJudgement {
  readonly status: BatchStatus;
  readonly packets: number;
}

const flagsKnown = PacketFlags.Reliable | PacketFlags.MoreFragments;

/** Judges a whole batch before any of its packets is delivered (PROTOCOL.md, sections 2 and 3); never throws, whatever the bytes. */
export function validateBatch(batch: Uint8Array): BatchJudgement {
  if (batch.length > ProtocolLimits.maxMessageBytes) return { status: 'MessageTooLarge', packets: 0 };
  const view = viewOf(batch);
  let offset = 0;
  let packets = 0;
  while (batch.length - offset >= headerBytes) {
    const status = judge(view, offset, packets);
    if (status !== 'Valid') return { status, packets };
    offset += headerBytes + readPayloadBytes(view, offset);
    packets++;
  }

  return { status: offset === batch.length ? 'Valid' : 'HeaderCut', packets };
}

/** The close code that the sender gets: 1009 or 4501. */
export function closeCodeOf(status: Exclude<BatchStatus, 'Valid'>): CloseCode {
  return status === 'MessageTooLarge' ? CloseCode.MessageTooBig : CloseCode.Malformed;
}

function judge(view: DataView, offset: number, packets: number): BatchStatus {
  const flags = view.getUint8(offset + 5);
  if (view.getUint8(offset + 4) > Priority.Low) return 'UnknownPriority';
  if ((flags & ~flagsKnown) !== 0) return 'UnknownFlags';
  if ((flags & PacketFlags.Reliable) === 0 && view.getUint16(offset + 6, true) !== 0) return 'SequenceWithoutReliable';
  if (readPayloadBytes(view, offset) > view.byteLength - offset - headerBytes) return 'PayloadBeyondBatch';
  return packets === ProtocolLimits.maxPacketsPerMessage ? 'TooManyPackets' : 'Valid';
}
