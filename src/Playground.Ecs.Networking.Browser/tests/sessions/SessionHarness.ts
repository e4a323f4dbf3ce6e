import { expect } from 'vitest';
import { type ClientOptions, resolveOptions } from '../../client/ClientOptions.ts';
import type { ClientState } from '../../client/ClientState.ts';
import { validateBatch } from '../../client/protocol/BatchValidator.ts';
import { Hello, type MessageKind, readMessage, Welcome, writeMessage } from '../../client/protocol/Messages.ts';
import { headerBytes, isReliable, makeHeader, PacketFlags, type PacketHeader, writePacket } from '../../client/protocol/PacketHeader.ts';
import { type PacketOfBatch, readPackets } from '../../client/protocol/PacketReader.ts';
import { Priority } from '../../client/protocol/Priority.ts';
import { ProtocolLimits } from '../../client/protocol/ProtocolLimits.ts';
import type { ClientEvent } from '../../client/sessions/ClientEvent.ts';
import { ClientSession } from '../../client/sessions/ClientSession.ts';

export const echo = 1000;

/** A framed packet of the server's. */
export function packet(header: Partial<PacketHeader> & { readonly channel: number; readonly type: number }, payload: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(headerBytes + payload.length);
  writePacket(bytes, { ...makeHeader(header.channel, header.type, Priority.Normal), ...header }, payload);
  return bytes;
}

/** A packet of an application's, reliable where it has a sequence. */
export function content(value: number, sequence?: number): Uint8Array {
  const flags = sequence === undefined ? PacketFlags.None : PacketFlags.Reliable;
  return packet({ channel: echo, type: 1, flags, sequence: sequence ?? 0 }, Uint8Array.of(value));
}

/** A control packet of the server's. */
export function message<T>(kind: MessageKind<T>, value: T, header: Partial<PacketHeader> = {}): Uint8Array {
  return packet({ channel: 0, type: kind.type, priority: Priority.High, ...header }, writeMessage(kind, value));
}

/** A session with time and a server that the test plays by hand, packet by packet. */
export class SessionHarness {
  readonly session: ClientSession;
  readonly events: ClientEvent[] = [];
  now = 3_600_000;
  private tokens = 0;

  constructor(options: ClientOptions = {}, private readonly initialSequence = 0) {
    this.session = new ClientSession(resolveOptions({ random: () => 0.5, ...options }, initialSequence));
  }

  /** A session that was welcomed, with what it wrote and told taken. */
  static connected(options: ClientOptions = {}, initialSequence = 0): SessionHarness {
    const harness = new SessionHarness(options, initialSequence);
    harness.session.start(harness.now);
    harness.openLink();
    harness.welcome();
    harness.take();
    harness.events.length = 0;
    return harness;
  }

  get states(): ClientState[] {
    return this.events.flatMap((event) => (event.kind === 'State' ? [event.state] : []));
  }

  get kinds(): string[] {
    return this.states.map((state) => state.kind);
  }

  /** The first byte of each packet of an application's that arrived. */
  get received(): number[] {
    return this.events.flatMap((event) => (event.kind === 'Packet' ? [event.data[0] ?? -1] : []));
  }

  /** Opens the link that the session wants, and takes its Hello. */
  openLink(): Hello {
    expect(this.session.wantsLink).toBe(true);
    this.session.linkOpened(this.now);
    const hello = readOnly(Hello, this.take());
    this.takeEvents();
    return hello;
  }

  welcome(fields: Partial<Welcome> = {}): void {
    this.give(message(Welcome, {
      version: ProtocolLimits.version,
      peerId: 'peer-1',
      resumeToken: Uint8Array.of(++this.tokens),
      resumed: false,
      lastReceived: this.initialSequence,
      frameRate: 60,
      heartbeatMs: 1_000,
      maxPacketBytes: ProtocolLimits.defaultMaxPacketBytes,
      ...fields,
    }));
  }

  /** Ends the link without a close, waits, opens the next one and takes its Hello. */
  reconnect(code = 1006): Hello {
    this.session.linkClosed(code, '', this.now);
    this.waitForLink();
    return this.openLink();
  }

  /** Reconnects, and is welcomed to the same session. */
  resume(lastReceived: number): Hello {
    const hello = this.reconnect();
    this.welcome({ resumed: true, lastReceived });
    return hello;
  }

  waitForLink(): void {
    while (!this.session.wantsLink) {
      expect(this.session.nextDeadline).toBeLessThan(Infinity);
      this.pass(Math.max(0, this.session.nextDeadline - this.now));
    }
  }

  pass(ms: number): void {
    this.now += ms;
    this.session.tick(this.now);
    this.takeEvents();
  }

  /** The server sends these packets as one message. */
  give(...packets: readonly Uint8Array[]): void {
    this.session.receive(Uint8Array.from(Buffer.concat(packets)), this.now);
    this.takeEvents();
  }

  /** All batches that the session wants to write now; each is valid. */
  takeBatches(): PacketOfBatch[][] {
    const batches: PacketOfBatch[][] = [];
    for (let batch = this.session.takeBatch(); batch !== undefined; batch = this.session.takeBatch()) {
      expect(validateBatch(batch).status).toBe('Valid');
      batches.push([...readPackets(batch)]);
    }

    return batches;
  }

  /** All packets that the session wants to write now. */
  take(): PacketOfBatch[] {
    return this.takeBatches().flat();
  }

  takeEvents(): void {
    this.events.push(...this.session.takeEvents());
  }
}

/** The first byte of what was sent to channels of the application's. */
export function contents(packets: readonly PacketOfBatch[]): number[] {
  return packets.filter((one) => one.header.channel !== 0).map((one) => one.payload[0] ?? -1);
}

/** The sequences of what is reliable. */
export function sequences(packets: readonly PacketOfBatch[]): number[] {
  return packets.filter((one) => isReliable(one.header)).map((one) => one.header.sequence);
}

/** The messages of one kind. */
export function messagesOf<T>(kind: MessageKind<T>, packets: readonly PacketOfBatch[]): T[] {
  return packets.filter((one) => one.header.channel === 0 && one.header.type === kind.type).map((one) => read(kind, one.payload));
}

export function read<T>(kind: MessageKind<T>, payload: Uint8Array): T {
  const found = readMessage(kind, payload);
  if (found === undefined) throw new Error(`no ${kind.name}`);
  return found;
}

function readOnly<T>(kind: MessageKind<T>, packets: readonly PacketOfBatch[]): T {
  expect(packets).toHaveLength(1);
  const [found] = messagesOf(kind, packets);
  if (found === undefined) throw new Error(`no ${kind.name} was sent`);
  return found;
}
