/** What a client counted since it was made. */
export interface ClientStats {
  /** Bytes of WebSocket messages sent and received. */
  readonly bytesSent: number;
  readonly bytesReceived: number;

  /** Packets sent and received, repeated ones and those of the protocol included. */
  readonly packetsSent: number;
  readonly packetsReceived: number;

  /** Unreliable packets that were queued and not sent: the queue was full of what matters more, or the link ended. */
  readonly packetsNotSent: number;

  /** Packets that arrived on a channel that nobody listens to. */
  readonly packetsUnheard: number;

  /** Links that the server welcomed; all but one are reconnects. */
  readonly links: number;

  /** Sessions that the server had ended when this client came back. */
  readonly sessionsLost: number;
}
