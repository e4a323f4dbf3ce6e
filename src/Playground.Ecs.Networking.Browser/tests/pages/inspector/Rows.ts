import type { ChannelRow, ConnectionRow, Overview, PacketRow } from '../../../pages/inspector/wire/Rows.ts';

/** An Overview at an uptime, all of whose counts are made of one. */
export function overviewOf(uptimeMs: number, count: number): Overview {
  return {
    version: 1,
    frame: count,
    uptimeMs,
    frameRate: 50,
    intervalMs: 250,
    totals: {
      active: 2, away: 1, models: 0, accepted: count, ended: count, packetsIn: count, packetsOut: count, batchesIn: count, sendsOut: count,
      bytesIn: 10 * count, bytesOut: 100 * count, dropped: count, inboxDropped: count, refused: count, resumed: count,
      requestsPending: 0, rentedBytes: 0,
    },
    stages: [],
    lanes: [0, 1, 2, 3].map((lane) => ({ packetsOut: lane * count, bytesOut: 0, dropped: 0, waitingPackets: 0, waitingBytes: 0 })),
    budget: { sendBudgetBytes: 0, linksAtBudget: 0, largestSendBytes: 0, queueBytesMax: 0, largestQueueBytes: 0 },
    framesBehind: 0,
  };
}

export function connectionRow(row: Partial<ConnectionRow>): ConnectionRow {
  return {
    entity: 1, peerId: 'ada', clientName: 'test', state: 2, latencyMs: 0, packetsIn: 0, packetsOut: 0, bytesIn: 0, bytesOut: 0, queuePackets: 0,
    queueBytes: 0, dropped: 0, subscriptions: 0, ageMs: 0, idleMs: 0, address: '', ...row,
  };
}

export function channelRow(row: Partial<ChannelRow>): ChannelRow {
  return {
    id: 1_000, name: 'echo', isSystem: false, owner: null, subscribers: 0, packetsIn: 0, packetsOut: 0, bytesIn: 0, bytesOut: 0, waiting: 0,
    inboxDropped: 0, types: [], ...row,
  };
}

export function packetRow(row: Partial<PacketRow>): PacketRow {
  return { frame: 1, isOut: false, peer: 'ada', receivers: 0, header: new Uint8Array(12), ...row };
}
