import { expect } from 'vitest';
import type { WebSocketLike } from '../../client/ClientOptions.ts';
import { NetworkClient } from '../../client/NetworkClient.ts';
import type { ClientOptions } from '../../client/ClientOptions.ts';
import { type MessageKind, Welcome } from '../../client/protocol/Messages.ts';
import { type PacketOfBatch, readPackets } from '../../client/protocol/PacketReader.ts';
import { message, messagesOf } from '../sessions/SessionHarness.ts';

type Handler = ((event: never) => void) | null;

/** A WebSocket without a network: the test is the server. */
export class FakeSocket implements WebSocketLike {
  binaryType = 'blob';
  bufferedAmount = 0;
  readyState = 1;
  onopen: Handler = null;
  onmessage: Handler = null;
  onclose: Handler = null;
  onerror: Handler = null;
  readonly sent: Uint8Array[] = [];
  readonly closes: { readonly code: number | undefined; readonly reason: string | undefined }[] = [];

  constructor(readonly url: string, readonly subprotocol: string) {}

  send(data: Uint8Array): void {
    this.sent.push(data);
  }

  close(code?: number, reason?: string): void {
    if (code !== undefined) expect(code === 1000 || (code >= 3000 && code <= 4999)).toBe(true);
    this.closes.push({ code, reason });
  }

  open(): void {
    this.call(this.onopen, {});
  }

  give(...packets: readonly Uint8Array[]): void {
    const bytes = Uint8Array.from(Buffer.concat(packets));
    this.call(this.onmessage, { data: bytes.buffer });
  }

  giveText(data: string): void {
    this.call(this.onmessage, { data });
  }

  end(code = 1006, reason = ''): void {
    this.call(this.onclose, { code, reason });
  }

  welcome(fields: Partial<Welcome> = {}): void {
    const resumeToken = Uint8Array.of(1);
    this.give(message(Welcome, {
      version: 1, peerId: 'peer-1', resumeToken, resumed: false, lastReceived: 0, frameRate: 60, heartbeatMs: 1_000, maxPacketBytes: 262_144, ...fields,
    }));
  }

  /** What was sent since this was asked last. */
  take(): PacketOfBatch[] {
    return this.sent.splice(0).flatMap((batch) => [...readPackets(batch)]);
  }

  takeMessages<T>(kind: MessageKind<T>): T[] {
    return messagesOf(kind, this.take());
  }

  private call(handler: Handler, event: object): void {
    handler?.(event as never);
  }
}

/** A client over fake sockets. */
export class ClientRig {
  readonly sockets: FakeSocket[] = [];
  readonly client: NetworkClient;
  readonly states: string[] = [];

  constructor(options: ClientOptions = {}) {
    this.client = new NetworkClient({
      url: 'ws://server/ws',
      random: () => 0.5,
      webSocket: (url, subprotocol) => {
        const socket = new FakeSocket(url, subprotocol);
        this.sockets.push(socket);
        return socket;
      },
      ...options,
    });
    this.client.on('stateChanged', (state) => this.states.push(state.kind));
  }

  /** A client that was welcomed on its first link. */
  static async connected(options: ClientOptions = {}): Promise<ClientRig> {
    const rig = new ClientRig(options);
    const connected = rig.client.connect();
    await settle();
    rig.socket.open();
    rig.socket.welcome();
    (await connected).unwrap();
    rig.socket.take();
    return rig;
  }

  /** The newest one. */
  get socket(): FakeSocket {
    const newest = this.sockets.at(-1);
    if (newest === undefined) throw new Error('no WebSocket was made');
    return newest;
  }
}

/** Lets everything happen that waits for no timer. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
}
