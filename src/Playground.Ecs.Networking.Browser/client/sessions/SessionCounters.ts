/** What a session counts, since its client was made. */
export class SessionCounters {
  bytesSent = 0;
  bytesReceived = 0;
  packetsSent = 0;
  packetsReceived = 0;

  /** Unreliable packets that a full send queue dropped. */
  packetsDropped = 0;

  /** Unreliable packets that waited when their link ended. */
  packetsDiscarded = 0;

  /** Reliable packets that arrived again and were dropped. */
  duplicates = 0;

  /** Acks below what was acknowledged. */
  staleAcks = 0;

  /** Answers to no question that waits: late ones. */
  lateAnswers = 0;

  /** Links that the server welcomed. */
  links = 0;

  /** Sessions that the server ended while this side hoped to resume. */
  sessionsLost = 0;
}
