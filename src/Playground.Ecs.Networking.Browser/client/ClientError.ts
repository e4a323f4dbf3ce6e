import type { NetworkError } from './protocol/NetworkError.ts';

/** What the server said about a packet that asked for no answer, or this client about one that it could not send after all. */
export interface ClientError {
  readonly channelId: number;
  readonly packetType: number;
  readonly error: NetworkError;
}
