import { FieldReader, MalformedFields } from './FieldReader.ts';
import { FieldWriter } from './FieldWriter.ts';
import { ControlType, ReservedType } from './PacketTypes.ts';
import { ProtocolLimits } from './ProtocolLimits.ts';

/** A kind of message: its packet type, and how it is read and written (PROTOCOL.md, section 6). */
export interface MessageKind<T> {
  readonly name: string;
  readonly type: number;
  readonly fields: number;
  readonly read: (fields: FieldReader) => T;
  readonly write: (fields: FieldWriter, message: T) => FieldWriter;
}

/** The first packet of a session's client; an empty resume token asks for a new session. */
export interface Hello {
  readonly version: number;
  readonly clientName: string;
  readonly authToken: string | null;
  readonly resumeToken: Uint8Array;
  readonly lastReceived: number;
}

/** The server's answer to Hello. */
export interface Welcome {
  readonly version: number;
  readonly peerId: string;
  readonly resumeToken: Uint8Array;
  readonly resumed: boolean;
  readonly lastReceived: number;
  readonly frameRate: number;
  readonly heartbeatMs: number;
  readonly maxPacketBytes: number;
}

export interface Stamp {
  readonly stamp: bigint;
}

/** A channel by its number or by its name. */
export interface ChannelQuestion {
  readonly id: number;
  readonly channel: number | string;
}

/** The answer to a question to the server; `value` is raw MessagePack. */
export interface Reply {
  readonly id: number;
  readonly error: number;
  readonly message: string | null;
  readonly value: Uint8Array;
}

/** What the server says of a packet that asked for no answer. */
export interface ErrorMessage {
  readonly error: number;
  readonly message: string;
  readonly channel: number;
  readonly packetType: number;
}

/** Said before a close. */
export interface Goodbye {
  readonly error: number;
  readonly reason: string;
  readonly retryAfterMs: number;
}

/** Without an error there is a body, with one a message. */
export interface Response {
  readonly id: number;
  readonly error: number;
  readonly body: Uint8Array;
  readonly message: string | null;
}

/** What a channel list says of one channel. */
export interface ChannelListing {
  readonly channel: number;
  readonly name: string;
  readonly isSystem: boolean;
}

const empty = new Uint8Array(0);

function kind<T>(
  name: string,
  type: number,
  fields: number,
  read: (fields: FieldReader) => T,
  write: (fields: FieldWriter, message: T) => FieldWriter,
): MessageKind<T> {
  return { name, type, fields, read, write };
}

export const Hello = kind<Hello>(
  'Hello', ControlType.Hello, 5,
  (r) => ({
    version: r.readUInt8(),
    clientName: r.readString(),
    authToken: r.optional(() => r.readString()),
    resumeToken: r.optional(() => r.readBytes()) ?? empty,
    lastReceived: r.readUInt16(),
  }),
  (w, m) => {
    w.uint(m.version).str(m.clientName).str(m.authToken);
    return (m.resumeToken.length === 0 ? w.nil() : w.bin(m.resumeToken)).uint(m.lastReceived);
  });

export const Welcome = kind<Welcome>(
  'Welcome', ControlType.Welcome, 8,
  (r) => ({
    version: r.readUInt8(),
    peerId: r.readString(),
    resumeToken: r.readBytes(),
    resumed: r.readBoolean(),
    lastReceived: r.readUInt16(),
    frameRate: r.readUInt16(),
    heartbeatMs: r.readUInt32(),
    maxPacketBytes: r.readUInt32(),
  }),
  (w, m) => w.uint(m.version).str(m.peerId).bin(m.resumeToken).bool(m.resumed).uint(m.lastReceived)
    .uint(m.frameRate).uint(m.heartbeatMs).uint(m.maxPacketBytes));

const stamped = (name: string, type: number): MessageKind<Stamp> =>
  kind<Stamp>(name, type, 1, (r) => ({ stamp: r.readUInt64() }), (w, m) => w.uint(m.stamp));

export const Ping = stamped('Ping', ControlType.Ping);
export const Pong = stamped('Pong', ControlType.Pong);

const channelQuestion = (name: string, type: number): MessageKind<ChannelQuestion> => kind<ChannelQuestion>(
  name, type, 2,
  (r) => ({ id: r.readUInt32(), channel: r.readChannel() }),
  (w, m) => (typeof m.channel === 'string' ? w.uint(m.id).str(m.channel) : w.uint(m.id).uint(m.channel)));

export const Subscribe = channelQuestion('Subscribe', ControlType.Subscribe);
export const Unsubscribe = channelQuestion('Unsubscribe', ControlType.Unsubscribe);

export const RegisterChannel = kind<{ readonly id: number; readonly name: string; readonly requestedId: number }>(
  'RegisterChannel', ControlType.RegisterChannel, 3,
  (r) => ({ id: r.readUInt32(), name: r.readString(), requestedId: r.readUInt16() }),
  (w, m) => w.uint(m.id).str(m.name).uint(m.requestedId));

export const UnregisterChannel = kind<{ readonly id: number; readonly channel: number }>(
  'UnregisterChannel', ControlType.UnregisterChannel, 2,
  (r) => ({ id: r.readUInt32(), channel: r.readUInt16() }),
  (w, m) => w.uint(m.id).uint(m.channel));

export const Reply = kind<Reply>(
  'Reply', ControlType.Reply, 4,
  (r) => ({ id: r.readUInt32(), error: r.readUInt16(), message: r.optional(() => r.readString()), value: r.readRaw() }),
  (w, m) => w.uint(m.id).uint(m.error).str(m.message).raw(m.value));

export const QueryChannel = kind<{ readonly id: number; readonly name: string }>(
  'QueryChannel', ControlType.QueryChannel, 2,
  (r) => ({ id: r.readUInt32(), name: r.readString() }),
  (w, m) => w.uint(m.id).str(m.name));

export const ListChannels = kind<{ readonly id: number }>(
  'ListChannels', ControlType.ListChannels, 1, (r) => ({ id: r.readUInt32() }), (w, m) => w.uint(m.id));

export const Ack = kind<{ readonly sequence: number }>(
  'Ack', ControlType.Ack, 1, (r) => ({ sequence: r.readUInt16() }), (w, m) => w.uint(m.sequence));

export const ErrorMessage = kind<ErrorMessage>(
  'ErrorMessage', ControlType.Error, 4,
  (r) => ({ error: r.readUInt16(), message: r.readString(), channel: r.readUInt16(), packetType: r.readUInt16() }),
  (w, m) => w.uint(m.error).str(m.message).uint(m.channel).uint(m.packetType));

export const Goodbye = kind<Goodbye>(
  'Goodbye', ControlType.Goodbye, 3,
  (r) => ({ error: r.readUInt16(), reason: r.readString(), retryAfterMs: r.readUInt32() }),
  (w, m) => w.uint(m.error).str(m.reason).uint(m.retryAfterMs));

export const Request = kind<{ readonly id: number; readonly type: number; readonly body: Uint8Array }>(
  'Request', ReservedType.Request, 3,
  (r) => ({ id: r.readUInt32(), type: r.readUInt16(), body: r.readBytes() }),
  (w, m) => w.uint(m.id).uint(m.type).bin(m.body));

export const Response = kind<Response>(
  'Response', ReservedType.Response, 3,
  (r) => {
    const id = r.readUInt32();
    const error = r.readUInt16();
    return error === 0 ? { id, error, body: r.readBytes(), message: null } : { id, error, body: empty, message: r.readString() };
  },
  (w, m) => (m.error === 0 ? w.uint(m.id).uint(0).bin(m.body) : w.uint(m.id).uint(m.error).str(m.message ?? '')));

export const Relayed = kind<{ readonly peerId: string; readonly type: number; readonly body: Uint8Array }>(
  'Relayed', ReservedType.Relayed, 3,
  (r) => ({ peerId: r.readString(), type: r.readUInt16(), body: r.readBytes() }),
  (w, m) => w.str(m.peerId).uint(m.type).bin(m.body));

/** Reads a message: an array of at least its fields, and nothing behind it; undefined when it is none. */
export function readMessage<T>(of: MessageKind<T>, payload: Uint8Array): T | undefined {
  return readValue(payload, (fields) => {
    const extra = fields.readArrayHeader() - of.fields;
    if (extra < 0) throw new MalformedFields(`${of.name} has too few elements`);
    const message = of.read(fields);
    fields.skipValues(extra, ProtocolLimits.maxNesting);
    return message;
  });
}

/** The message as the payload of a packet. */
export function writeMessage<T>(of: MessageKind<T>, message: T): Uint8Array {
  return of.write(new FieldWriter().array(of.fields), message).toBytes();
}

/** The channel's number in a reply to types 5 to 8 and 10; undefined when it is something else. */
export function readChannelValue(value: Uint8Array): number | undefined {
  return readValue(value, (fields) => fields.readUInt16());
}

/** The channels in a reply to ListChannels; undefined when it is something else. */
export function readChannelListings(value: Uint8Array): ChannelListing[] | undefined {
  return readValue(value, (fields) => {
    // As many as are there, not as many as are announced.
    const listings: ChannelListing[] = [];
    for (let missing = fields.readArrayHeader(); missing > 0; missing--) listings.push(readListing(fields));
    return listings;
  });
}

function readListing(fields: FieldReader): ChannelListing {
  const extra = fields.readArrayHeader() - 3;
  if (extra < 0) throw new MalformedFields('a listing has too few elements');
  const listing = { channel: fields.readUInt16(), name: fields.readString(), isSystem: fields.readBoolean() };
  fields.skipValues(extra, ProtocolLimits.maxNesting);
  return listing;
}

function readValue<T>(payload: Uint8Array, read: (fields: FieldReader) => T): T | undefined {
  try {
    const fields = new FieldReader(payload);
    const value = read(fields);
    return fields.isExhausted ? value : undefined;
  } catch (fault) {
    if (fault instanceof MalformedFields) return undefined;
    throw fault;
  }
}
