/** The numbers of a whole server: counts since its start, and what is now. */
export interface Overview {
  readonly version: number;
  readonly frame: number;
  readonly uptimeMs: number;

  /** Frames a second that the server wants. */
  readonly frameRate: number;
  readonly intervalMs: number;
  readonly totals: Totals;

  /** In the frame's order, then `networking` and `frame`. */
  readonly stages: readonly Stage[];

  /** Critical, High, Normal, Low. */
  readonly lanes: readonly LaneTotals[];
  readonly budget: Budget;
  readonly framesBehind: number;
}

export interface Totals {
  readonly active: number;
  readonly away: number;
  readonly models: number;
  readonly accepted: number;
  readonly ended: number;
  readonly packetsIn: number;
  readonly packetsOut: number;
  readonly batchesIn: number;
  readonly sendsOut: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
  readonly dropped: number;
  readonly inboxDropped: number;
  readonly refused: number;
  readonly resumed: number;
  readonly requestsPending: number;
  readonly rentedBytes: number;
}

export interface Stage {
  readonly name: string;
  readonly meanUs: number;
  readonly p99Us: number;
  readonly maxUs: number;
}

export interface LaneTotals {
  readonly packetsOut: number;
  readonly bytesOut: number;
  readonly dropped: number;
  readonly waitingPackets: number;
  readonly waitingBytes: number;
}

export interface Budget {
  readonly sendBudgetBytes: number;
  readonly linksAtBudget: number;
  readonly largestSendBytes: number;
  readonly queueBytesMax: number;
  readonly largestQueueBytes: number;
}

/** The busiest connections; `total` says how many there are. */
export interface Connections {
  readonly total: number;
  readonly rows: readonly ConnectionRow[];
}

export interface ConnectionRow {
  readonly entity: number;
  readonly peerId: string;
  readonly clientName: string;
  readonly state: number;
  readonly latencyMs: number;
  readonly packetsIn: number;
  readonly packetsOut: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
  readonly queuePackets: number;
  readonly queueBytes: number;
  readonly dropped: number;
  readonly subscriptions: number;
  readonly ageMs: number;
  readonly idleMs: number;
  readonly address: string;
}

/** The channels by id; `total` says how many there are. */
export interface Channels {
  readonly total: number;
  readonly rows: readonly ChannelRow[];
}

export interface ChannelRow {
  readonly id: number;
  readonly name: string;
  readonly isSystem: boolean;

  /** The peer that registered it; null: the server. */
  readonly owner: string | null;
  readonly subscribers: number;
  readonly packetsIn: number;

  /** Deliveries: a packet to ten subscribers counts ten. */
  readonly packetsOut: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
  readonly waiting: number;
  readonly inboxDropped: number;
  readonly types: readonly TypeRow[];
}

/** What a channel carried of one packet type since somebody began to watch. */
export interface TypeRow {
  readonly type: number;
  readonly packetsIn: number;
  readonly packetsOut: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
}

/** The headers of packets that passed since the last message; `notShown` counts those that had no room. */
export interface Packets {
  readonly notShown: number;
  readonly rows: readonly PacketRow[];
}

export interface PacketRow {
  readonly frame: number;
  readonly isOut: boolean;

  /** The sender, or the receiver where there is one; else empty. */
  readonly peer: string;
  readonly receivers: number;

  /** The twelve bytes of PROTOCOL.md, section 3. */
  readonly header: Uint8Array;
}
