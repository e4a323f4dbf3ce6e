import type { FieldReader } from '../../../client/protocol/FieldReader.ts';
import { MalformedFields } from '../../../client/protocol/FieldReader.ts';
import { type MessageKind, readMessage, writeMessage } from '../../../client/protocol/Messages.ts';
import { headerBytes } from '../../../client/protocol/PacketHeader.ts';
import { ProtocolLimits } from '../../../client/protocol/ProtocolLimits.ts';
import type { ChannelRow, Channels, ConnectionRow, Connections, LaneTotals, Overview, PacketRow, Packets, Stage, Totals, TypeRow } from './Rows.ts';

/** The packet types of the inspector's channel. */
export const InspectorType = { Overview: 1, Connections: 2, Channels: 3, Packets: 4, Watch: 16 } as const;

/** The channel's name. */
export const inspectorChannel = 'inspector';

/** Whether this client wants packets too. */
export interface Watch {
  readonly packets: boolean;
}

/** What the channel sends, told apart by `kind`. */
export type InspectorMessage =
  | { readonly kind: 'Overview'; readonly message: Overview }
  | { readonly kind: 'Connections'; readonly message: Connections }
  | { readonly kind: 'Channels'; readonly message: Channels }
  | { readonly kind: 'Packets'; readonly message: Packets };

/** Reads a payload of the channel; undefined where it is malformed or of a type that this page does not know. */
export function readInspectorMessage(type: number, payload: Uint8Array): InspectorMessage | undefined {
  switch (type) {
    case InspectorType.Overview:
      return as('Overview', readMessage(OverviewKind, payload));
    case InspectorType.Connections:
      return as('Connections', readMessage(ConnectionsKind, payload));
    case InspectorType.Channels:
      return as('Channels', readMessage(ChannelsKind, payload));
    case InspectorType.Packets:
      return as('Packets', readMessage(PacketsKind, payload));
    default:
      return undefined;
  }
}

/** The payload that asks for packets, or for none. */
export function writeWatch(packets: boolean): Uint8Array {
  return writeMessage(WatchKind, { packets });
}

function as<Kind extends string, T>(kind: Kind, message: T | undefined): { readonly kind: Kind; readonly message: T } | undefined {
  return message === undefined ? undefined : { kind, message };
}

const OverviewKind = received<Overview>('Overview', InspectorType.Overview, 10, (r) => ({
  version: r.readUInt8(),
  frame: r.readUInt32(),
  uptimeMs: count(r),
  frameRate: r.readUInt16(),
  intervalMs: r.readUInt16(),
  totals: tuple(r, 17, readTotals),
  stages: list(r, (one) => tuple(one, 4, readStage)),
  lanes: list(r, (one) => tuple(one, 5, readLane)),
  budget: tuple(r, 5, (one) => ({
    sendBudgetBytes: one.readUInt32(),
    linksAtBudget: one.readUInt32(),
    largestSendBytes: one.readUInt32(),
    queueBytesMax: one.readUInt32(),
    largestQueueBytes: one.readUInt32(),
  })),
  framesBehind: r.readUInt32(),
}));

const ConnectionsKind = received<Connections>('Connections', InspectorType.Connections, 2, (r) => ({
  total: r.readUInt32(),
  rows: list(r, (one) => tuple(one, 16, readConnection)),
}));

const ChannelsKind = received<Channels>('Channels', InspectorType.Channels, 2, (r) => ({
  total: r.readUInt32(),
  rows: list(r, (one) => tuple(one, 12, readChannel)),
}));

const PacketsKind = received<Packets>('Packets', InspectorType.Packets, 2, (r) => ({
  notShown: r.readUInt32(),
  rows: list(r, (one) => tuple(one, 5, readPacket)),
}));

const WatchKind: MessageKind<Watch> = {
  name: 'Watch', type: InspectorType.Watch, fields: 1,
  read: (r) => ({ packets: r.readBoolean() }),
  write: (w, m) => w.bool(m.packets),
};

function received<T>(name: string, type: number, fields: number, read: (fields: FieldReader) => T): MessageKind<T> {
  const write = (): never => {
    throw new Error(`${name} is sent by servers alone.`);
  };
  return { name, type, fields, read, write };
}

function readTotals(r: FieldReader): Totals {
  return {
    active: r.readUInt32(),
    away: r.readUInt32(),
    models: r.readUInt32(),
    accepted: count(r),
    ended: count(r),
    packetsIn: count(r),
    packetsOut: count(r),
    batchesIn: count(r),
    sendsOut: count(r),
    bytesIn: count(r),
    bytesOut: count(r),
    dropped: count(r),
    inboxDropped: count(r),
    refused: count(r),
    resumed: count(r),
    requestsPending: r.readUInt32(),
    rentedBytes: count(r),
  };
}

function readStage(r: FieldReader): Stage {
  return { name: r.readString(), meanUs: r.readNumber(), p99Us: r.readNumber(), maxUs: r.readNumber() };
}

function readLane(r: FieldReader): LaneTotals {
  return { packetsOut: count(r), bytesOut: count(r), dropped: count(r), waitingPackets: r.readUInt32(), waitingBytes: r.readUInt32() };
}

function readConnection(r: FieldReader): ConnectionRow {
  return {
    entity: r.readUInt32(),
    peerId: r.readString(),
    clientName: r.readString(),
    state: r.readUInt8(),
    latencyMs: r.readUInt32(),
    packetsIn: count(r),
    packetsOut: count(r),
    bytesIn: count(r),
    bytesOut: count(r),
    queuePackets: r.readUInt32(),
    queueBytes: r.readUInt32(),
    dropped: count(r),
    subscriptions: r.readUInt16(),
    ageMs: count(r),
    idleMs: count(r),
    address: r.readString(),
  };
}

function readChannel(r: FieldReader): ChannelRow {
  return {
    id: r.readUInt16(),
    name: r.readString(),
    isSystem: r.readBoolean(),
    owner: r.optional(() => r.readString()),
    subscribers: r.readUInt32(),
    packetsIn: count(r),
    packetsOut: count(r),
    bytesIn: count(r),
    bytesOut: count(r),
    waiting: r.readUInt32(),
    inboxDropped: count(r),
    types: list(r, (one) => tuple(one, 5, readType)),
  };
}

function readType(r: FieldReader): TypeRow {
  return { type: r.readUInt16(), packetsIn: count(r), packetsOut: count(r), bytesIn: count(r), bytesOut: count(r) };
}

function readPacket(r: FieldReader): PacketRow {
  const frame = r.readUInt32();
  const direction = r.readUInt8();
  if (direction > 1) throw new MalformedFields('a direction is 0 or 1');
  const peer = r.readString();
  const receivers = r.readUInt32();
  const header = r.readBytes();
  if (header.length !== headerBytes) throw new MalformedFields('a header has twelve bytes');
  return { frame, isOut: direction === 1, peer, receivers, header };
}

// Counts are exact up to 2^53, which no server reaches.
function count(r: FieldReader): number {
  return Number(r.readUInt64());
}

// Nothing is allocated for what an array announces: each row has bytes of its own, or the payload is cut.
function list<T>(r: FieldReader, read: (fields: FieldReader) => T): T[] {
  const rows: T[] = [];
  for (let left = r.readArrayHeader(); left > 0; left--) rows.push(read(r));
  return rows;
}

function tuple<T>(r: FieldReader, fields: number, read: (fields: FieldReader) => T): T {
  const extra = r.readArrayHeader() - fields;
  if (extra < 0) throw new MalformedFields('an array has too few elements');
  const value = read(r);
  r.skipValues(extra, ProtocolLimits.maxNesting);
  return value;
}
