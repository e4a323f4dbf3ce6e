import { CloseCode } from '../protocol/CloseCodes.ts';
import { Ack, Goodbye, Hello, type MessageKind, Ping, Pong, Request, Response, writeMessage } from '../protocol/Messages.ts';
import type { Reply } from '../protocol/Messages.ts';
import { limitExceeded, type NetworkError, networkError } from '../protocol/NetworkError.ts';
import { failed, type NetworkResult } from '../protocol/NetworkResult.ts';
import { makeHeader, PacketFlags, type PacketHeader } from '../protocol/PacketHeader.ts';
import { ControlType, isReserved } from '../protocol/PacketTypes.ts';
import { isPriority, Priority } from '../protocol/Priority.ts';
import { ProtocolLimits } from '../protocol/ProtocolLimits.ts';
import { BatchWriter } from './BatchWriter.ts';
import type { RequestId } from './ClientEvent.ts';
import type { SessionCore } from './ClientSession.Core.ts';
import { ChannelQuestion, ControlQuestion, Delivery, type Question, type Waiting } from './Waiting.ts';

// Room for any of the packets that keep a link going.
const linkPacketBytesMax = 64;
const linkPacketLanes: readonly Priority[] = [Priority.High, Priority.Critical, Priority.Normal, Priority.Low];

/** What the application sends, and the batches that leave. */
export class SessionSending {
  constructor(private readonly core: SessionCore) {}

  send(channel: number, type: number, payload: Uint8Array, priority: Priority): NetworkResult {
    const error = checkAddress(channel, type, priority);
    if (error !== undefined) return failed(error);
    if (this.core.link.phase !== 'Live') {
      return failed(networkError('NotConnected', 'there is no link to the server; reliable packets would wait for one'));
    }

    return this.queue(makeHeader(channel, type, priority), payload);
  }

  sendReliable(
    channel: number, type: number, payload: Uint8Array, priority: Priority, acknowledged: (result: NetworkResult) => void, deadline: number,
  ): NetworkResult {
    const error = checkAddress(channel, type, priority);
    if (error !== undefined) return failed(error);
    const delivery = new Delivery(acknowledged, deadline);
    const queued = this.queue(makeHeader(channel, type, priority, PacketFlags.Reliable), payload, delivery);
    if (queued.isOk) this.core.deadlines.add(delivery);
    return queued;
  }

  request(
    channel: number, type: number, body: Uint8Array, priority: Priority, answered: (result: NetworkResult<Uint8Array>) => void, deadline: number,
  ): NetworkResult {
    const error = checkAddress(channel, type, priority);
    if (error !== undefined) return failed(error);
    if (channel === 0) return failed(networkError('Forbidden', 'channel 0 takes no requests of applications'));
    const id = this.core.questions.nextId();
    if (!id.isOk) return id;
    const question = new ChannelQuestion(id.value, channel, answered, deadline);
    return this.put(question, makeHeader(channel, Request.type, priority, PacketFlags.Reliable), writeMessage(Request, { id: id.value, type, body }));
  }

  ask<T>(kind: MessageKind<T>, message: (id: number) => T, replied: (result: NetworkResult<Reply>) => void, deadline: number): NetworkResult {
    const id = this.core.questions.nextId();
    if (!id.isOk) return id;
    const header = makeHeader(0, kind.type, Priority.High, PacketFlags.Reliable);
    return this.put(new ControlQuestion(id.value, replied, deadline), header, writeMessage(kind, message(id.value)));
  }

  respond(channel: number, request: RequestId, answer: NetworkResult<Uint8Array>): NetworkResult {
    if (request.session !== this.core.session) return failed(networkError('NotConnected', 'the session that asked is lost'));
    const header = makeHeader(channel, Response.type, request.priority, request.isReliable ? PacketFlags.Reliable : PacketFlags.None);
    const queued = this.queue(header, response(request.id, answer));

    // An answer that is too large is still an answer.
    if (queued.isOk || queued.error.kind !== 'LimitExceeded' || !answer.isOk) return queued;
    return this.queue(header, response(request.id, queued));
  }

  takeBatch(): Uint8Array<ArrayBuffer> | undefined {
    const { core } = this;
    const batch = new BatchWriter();
    if (core.link.phase === 'Live') this.writeLive(batch);
    else if (core.link.phase === 'Greeting') this.writeHello(batch);
    else if (core.link.phase === 'Closing') this.writeFarewell(batch);
    if (batch.packets === 0) return undefined;
    core.counters.bytesSent += batch.bytes;
    core.counters.packetsSent += batch.packets;
    core.liveness.sent(core.now);
    return batch.toMessage();
  }

  private put(question: Question, header: PacketHeader, payload: Uint8Array): NetworkResult {
    const queued = this.queue(header, payload, question);
    if (!queued.isOk) return queued;
    this.core.questions.add(question);
    this.core.deadlines.add(question);
    return queued;
  }

  private queue(header: PacketHeader, payload: Uint8Array, waiting?: Waiting): NetworkResult {
    const { core } = this;
    if (core.link.phase === 'Over' || core.link.isLeaving) return failed(networkError('NotConnected', 'the client is closed'));
    if (payload.length > core.maxPacketBytes) return failed(limitExceeded('maxPacketBytes', core.maxPacketBytes, payload.length));
    return core.outbox.add(header, payload, waiting);
  }

  private writeHello(batch: BatchWriter): void {
    const { core } = this;
    if (!core.owesHello) return;
    core.owesHello = false;
    const { receiver } = core.stream;
    this.write(batch, Priority.High, Hello, {
      version: ProtocolLimits.version,
      clientName: core.options.clientName,
      authToken: core.authToken ?? null,
      resumeToken: core.resumeToken,
      lastReceived: receiver.lastReceived,
    });
    receiver.acknowledged();
  }

  private writeFarewell(batch: BatchWriter): void {
    const goodbye = this.core.farewell;
    const lane = this.freeLane();
    if (goodbye === undefined || lane === undefined) return;
    this.core.farewell = undefined;
    this.write(batch, lane, Goodbye, goodbye);
  }

  private writeLive(batch: BatchWriter): void {
    const { core } = this;
    this.writeLinkPackets(batch);
    core.stream.replayInto(batch);
    core.outbox.takeInto(batch, core.stream);
    this.writeLinkPackets(batch);
    core.liveness.acknowledged(core.stream.isAcknowledged, false, core.now);
    if (core.link.isLeaving) this.writeLeave(batch);
  }

  // What is reliable is waited for: the ack timer, or the driver's patience, ends a server that does not answer.
  private writeLeave(batch: BatchWriter): void {
    const { core } = this;
    if (core.outbox.bytes > 0 || !core.stream.isAcknowledged || !batch.hasRoomFor(linkPacketBytesMax)) return;
    this.write(batch, Priority.High, Goodbye, { error: 0, reason: '', retryAfterMs: 0 });
    core.link.close(CloseCode.Normal, '', undefined, true);
  }

  // Ack, Pong and Ping go before all else, but not into the middle of a train.
  private writeLinkPackets(batch: BatchWriter): void {
    const { liveness, now, pongs, stream } = this.core;
    if (!stream.receiver.owesAck && pongs.length === 0 && !liveness.owesPing) return;
    const lane = this.freeLane();
    if (lane === undefined) return;
    if (stream.receiver.owesAck && batch.hasRoomFor(linkPacketBytesMax)) {
      this.write(batch, lane, Ack, { sequence: stream.receiver.lastReceived });
      stream.receiver.acknowledged();
    }

    for (let stamp = pongs[0]; stamp !== undefined && batch.hasRoomFor(linkPacketBytesMax); stamp = pongs[0]) {
      pongs.shift();
      this.write(batch, lane, Pong, { stamp });
    }

    if (liveness.owesPing && batch.hasRoomFor(linkPacketBytesMax)) this.write(batch, lane, Ping, { stamp: liveness.takePing(now) });
  }

  private freeLane(): Priority | undefined {
    return linkPacketLanes.find((lane) => !this.core.outbox.isInUnreliableTrain(lane));
  }

  private write<T>(batch: BatchWriter, priority: Priority, kind: MessageKind<T>, message: T): void {
    batch.write(makeHeader(0, kind.type, priority), writeMessage(kind, message));
  }
}

function response(id: number, answer: NetworkResult<Uint8Array> | NetworkResult): Uint8Array {
  if (!answer.isOk) return writeMessage(Response, { id, error: answer.error.code, body: new Uint8Array(0), message: answer.error.message });
  return writeMessage(Response, { id, error: 0, body: answer.value ?? new Uint8Array(0), message: null });
}

function checkAddress(channel: number, type: number, priority: number): NetworkError | undefined {
  if (!isUInt16(channel)) return networkError('InvalidArgument', `there is no channel ${channel}`);
  if (!isUInt16(type)) return networkError('InvalidArgument', `there is no packet type ${type}`);
  if (!isPriority(priority)) return networkError('InvalidArgument', `there is no priority ${priority}`);
  if (channel === 0) {
    return type === ControlType.Broadcast ? undefined : networkError('Forbidden', 'of channel 0, applications send broadcasts alone');
  }

  if (!isReserved(type)) return undefined;
  return networkError('InvalidArgument', `packet type ${type} is reserved: types end below ${ProtocolLimits.reservedTypesFirst}`);
}

function isUInt16(value: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= 0xffff;
}
