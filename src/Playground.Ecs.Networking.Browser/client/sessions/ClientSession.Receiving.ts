import { connected } from '../ClientState.ts';
import { closeCodeOf, validateBatch } from '../protocol/BatchValidator.ts';
import { CloseCode } from '../protocol/CloseCodes.ts';
import {
  Ack, ErrorMessage, Goodbye, type MessageKind, Ping, Pong, readMessage, Relayed, Reply, Request, Response, Welcome,
} from '../protocol/Messages.ts';
import { errorFromPeer, limitExceeded, networkError } from '../protocol/NetworkError.ts';
import { isReliable, PacketFlags, type PacketHeader } from '../protocol/PacketHeader.ts';
import { readPackets } from '../protocol/PacketReader.ts';
import { ControlType, isClientOnly, isNeverReliable, isReserved, ReservedType } from '../protocol/PacketTypes.ts';
import { ProtocolLimits } from '../protocol/ProtocolLimits.ts';
import type { SessionCore } from './ClientSession.Core.ts';
import { ReliableStream } from './ReliableStream.ts';

const resumeTokenBytesMax = 1_024;
const pongsMax = 16;

/** What the server sends. */
export class SessionReceiving {
  constructor(private readonly core: SessionCore) {}

  receive(message: Uint8Array): void {
    const { core } = this;
    if (!core.isReceiving) return;
    core.liveness.received(core.now);
    const { status, packets } = validateBatch(message);
    if (status !== 'Valid') {
      core.violate(closeCodeOf(status), `a message is malformed: ${status}`);
      return;
    }

    core.counters.bytesReceived += message.length;
    core.counters.packetsReceived += packets;
    for (const { header, payload } of readPackets(message)) {
      if (!core.isReceiving) return;
      this.take(header, payload);
    }
  }

  private take(header: PacketHeader, payload: Uint8Array): void {
    const { core } = this;
    if (core.link.phase === 'Greeting') {
      this.takeBeforeWelcome(header, payload);
      return;
    }

    if (isReliable(header) && !this.isNext(header)) return;
    const train = core.stream.trains.add(header, payload);
    switch (train.status) {
      case 'Single':
        this.accept(header, payload);
        break;
      case 'Partial':
        if (isReliable(header)) core.stream.receiver.accept();
        break;
      case 'Complete':
        this.accept(header, train.payload);
        break;
      case 'TooLarge':
        core.violate(CloseCode.MessageTooBig, `a packet is above ${core.options.maxPacketBytes} bytes`);
        break;
      case 'Malformed':
        core.violate(CloseCode.Malformed, 'a packet of another channel or type is in the middle of a train');
        break;
    }
  }

  private isNext(header: PacketHeader): boolean {
    const { core } = this;
    if (header.channel === 0 && isNeverReliable(header.type)) {
      core.violate(CloseCode.Malformed, `control type ${header.type} is reliable`);
      return false;
    }

    const { receiver } = core.stream;
    const status = receiver.check(header.sequence);
    if (status === 'Next') return true;
    if (status === 'Duplicate') {
      core.counters.duplicates++;
      receiver.drop();
    } else {
      core.violate(CloseCode.SequenceViolation, `sequence ${header.sequence} came after ${receiver.lastReceived}`);
    }

    return false;
  }

  private accept(header: PacketHeader, payload: Uint8Array): void {
    if (isReliable(header)) this.core.stream.receiver.accept();
    if (header.channel === 0) this.takeControl(header, payload);
    else if (isReserved(header.type)) this.takeReserved(header, payload);
    else this.surface(header, header.type, payload, undefined);
  }

  private takeBeforeWelcome(header: PacketHeader, payload: Uint8Array): void {
    if (header.channel === 0 && header.flags === PacketFlags.None) {
      switch (header.type) {
        case ControlType.Welcome:
          this.read(Welcome, payload, (welcome) => this.greet(welcome));
          return;
        case ControlType.Goodbye:
          this.read(Goodbye, payload, (goodbye) => this.takeGoodbye(goodbye));
          return;
        case ControlType.Error:
          this.read(ErrorMessage, payload, (error) => this.surfaceError(error));
          return;
      }
    }

    this.core.violate(CloseCode.Malformed, `type ${header.type} of channel ${header.channel} came before Welcome`);
  }

  private greet(welcome: Welcome): void {
    const { core } = this;
    if (welcome.version !== ProtocolLimits.version) {
      core.violate(CloseCode.UnsupportedVersion, `the server speaks version ${welcome.version}`, welcome.version);
      return;
    }

    if (welcome.resumeToken.length > resumeTokenBytesMax || (welcome.resumed && core.resumeToken.length === 0)) {
      core.violate(CloseCode.Malformed, 'Welcome resumes nothing, or its token is too long');
      return;
    }

    const isFirst = core.session === 0;
    if (!welcome.resumed) this.beginSession();
    const status = core.stream.acknowledge(welcome.lastReceived);
    if (status === 'Stale' || status === 'Impossible') {
      core.violate(CloseCode.SequenceViolation, `Welcome acknowledges ${welcome.lastReceived}, which cannot be`);
      return;
    }

    this.beginLive(welcome);
    core.enter(connected(isFirst ? 'Connected' : welcome.resumed ? 'Resumed' : 'SessionLost', core.peerId));
    this.forgetTooLarge();
  }

  private beginSession(): void {
    const { core } = this;
    if (core.session++ === 0) return;
    core.counters.sessionsLost++;
    core.fail(networkError('NotConnected', 'the session was lost: the server began a new one'));
    core.stream = new ReliableStream(core.options);
  }

  private beginLive(welcome: Welcome): void {
    const { core } = this;
    core.resumeToken = welcome.resumeToken.slice();
    core.peerId = welcome.peerId;
    core.maxPacketBytes = Math.min(core.options.maxPacketBytes, welcome.maxPacketBytes);
    core.counters.links++;
    core.link.welcomed();
    core.stream.beginReplay();
    core.liveness.welcomed(welcome.heartbeatMs, core.now);
    core.liveness.acknowledged(core.stream.isAcknowledged, true, core.now);
  }

  // Queued before the server said what it takes; sent now they would cost the link.
  private forgetTooLarge(): void {
    const { core } = this;
    if (core.outbox.failAbove(core.maxPacketBytes) === 0) return;
    const error = limitExceeded('maxPacketBytes', core.maxPacketBytes, core.maxPacketBytes + 1);
    core.events.push({ kind: 'Error', channel: 0, type: 0, error });
  }

  private takeControl(header: PacketHeader, payload: Uint8Array): void {
    switch (header.type) {
      case ControlType.Ack:
        this.read(Ack, payload, (ack) => this.takeAck(ack.sequence));
        break;
      case ControlType.Ping:
        this.read(Ping, payload, (ping) => this.takePing(ping.stamp));
        break;
      case ControlType.Pong:
        this.read(Pong, payload, (pong) => this.core.liveness.ponged(pong.stamp, this.core.now));
        break;
      case ControlType.Broadcast:
        this.surface(header, header.type, payload, undefined);
        break;
      case ControlType.Reply:
        this.read(Reply, payload, (reply) => this.countLate(this.core.questions.tryReply(reply)));
        break;
      case ControlType.Error:
        this.read(ErrorMessage, payload, (error) => this.surfaceError(error));
        break;
      case ControlType.Goodbye:
        this.read(Goodbye, payload, (goodbye) => this.takeGoodbye(goodbye));
        break;
      case ControlType.Welcome:
        this.core.violate(CloseCode.Malformed, 'a second Welcome came');
        break;
      default:
        if (isClientOnly(header.type)) this.core.violate(CloseCode.Malformed, `the server sent control type ${header.type}`);
    }
  }

  private takeAck(sequence: number): void {
    const { core } = this;
    switch (core.stream.acknowledge(sequence)) {
      case 'Advanced':
        core.liveness.acknowledged(core.stream.isAcknowledged, true, core.now);
        break;
      case 'Stale':
        core.counters.staleAcks++;
        break;
      case 'Impossible':
        core.violate(CloseCode.SequenceViolation, `${sequence} is acknowledged and was never sent`);
        break;
    }
  }

  private takePing(stamp: bigint): void {
    // A flood of pings earns no flood of pongs.
    if (this.core.pongs.length === pongsMax) this.core.pongs.shift();
    this.core.pongs.push(stamp);
  }

  private takeGoodbye(goodbye: Goodbye): void {
    this.core.link.goodbye = goodbye;
  }

  private takeReserved(header: PacketHeader, payload: Uint8Array): void {
    switch (header.type) {
      case ReservedType.Request:
        this.read(Request, payload, (request) => this.surfaceRequest(header, request.id, request.type, request.body));
        break;
      case ReservedType.Response:
        this.read(Response, payload, (response) => this.countLate(this.core.questions.tryAnswer(header.channel, response)));
        break;
      case ReservedType.Relayed:
        this.read(Relayed, payload, (relayed) => this.surface(header, relayed.type, relayed.body, relayed.peerId));
        break;
      default:
        this.surface(header, header.type, payload, undefined);
    }
  }

  private countLate(isAwaited: boolean): void {
    if (!isAwaited) this.core.counters.lateAnswers++;
  }

  private surface(header: PacketHeader, type: number, data: Uint8Array, sender: string | undefined): void {
    const { channel, priority } = header;
    this.core.events.push({ kind: 'Packet', channel, type, priority, isReliable: isReliable(header), data, sender });
  }

  private surfaceRequest(header: PacketHeader, id: number, type: number, body: Uint8Array): void {
    const requestId = { session: this.core.session, id, priority: header.priority, isReliable: isReliable(header) };
    this.core.events.push({ kind: 'Request', channel: header.channel, type, body, requestId });
  }

  private surfaceError(error: ErrorMessage): void {
    const { channel, packetType } = error;
    this.core.events.push({ kind: 'Error', channel, type: packetType, error: errorFromPeer(error.error, error.message, channel) });
  }

  private read<T>(kind: MessageKind<T>, payload: Uint8Array, take: (message: T) => void): void {
    const message = readMessage(kind, payload);
    if (message === undefined) this.core.violate(CloseCode.Malformed, `${kind.name} cannot be read`);
    else take(message);
  }
}
