import type { Priority } from './protocol/Priority.ts';

/** A packet that arrived on a channel. Its data may be kept; `decode` reads it as MessagePack. */
export interface ClientPacket {
  readonly channelId: number;

  /** The channel's own message number. */
  readonly packetType: number;

  /** The lane that it came on. */
  readonly priority: Priority;

  /** True when it is one of those that arrive exactly once and in order. */
  readonly isReliable: boolean;

  /** The payload, fragments joined. */
  readonly data: Uint8Array;

  /** The peer that sent it, on channels that name the sender. */
  readonly senderPeerId: string | undefined;
}
