import {
  type ClientChannel, type ClientPacket, type ClientState, type ClientStats, decode, encode, NetworkClient, type NetworkResult, Priority,
} from 'playground-ecs-networking';
import type { Input } from './InputShaper.ts';
import { type Player, readNames } from './Names.ts';
import type { Plug } from './Plug.ts';

// ARENA.md.
const snapshotType = 1;
const youType = 2;
const inputType = 3;
const joinType = 4;
const namesType = 5;
const nameType = 6;
const lineType = 1;
const saidType = 2;

const utf8 = new TextDecoder();

/** What the arena tells the page. */
export interface ArenaListener {
  stateChanged(state: ClientState): void;
  snapshot(data: Uint8Array): void;
  joined(body: number): void;
  named(players: readonly Player[]): void;

  /** @param peer Who said it, by peer id; undefined for one without a link, which has said its name. */
  said(peer: string | undefined, name: string, text: string): void;
}

/** The arena and its chat over one client, from the first link until the server refuses or the page makes another. */
export class Arena {
  private readonly client: NetworkClient;
  private arena: ClientChannel | undefined;
  private chat: ClientChannel | undefined;
  private name: string | undefined;

  /** @param token The credential, asked for anew at every link. */
  constructor(plug: Plug, token: () => string | undefined, private readonly listener: ArenaListener) {
    this.client = new NetworkClient({ clientName: 'arena page', authToken: token, webSocket: plug.connect, reconnectDelayMaxMs: 3_000 });
    this.client.on('stateChanged', (state) => {
      this.listener.stateChanged(state);
      if (state.kind === 'Connected' || state.kind === 'SessionLost') void this.enter();
    });
  }

  get state(): ClientState {
    return this.client.state;
  }

  get peerId(): string {
    return this.client.peerId;
  }

  get latencyMs(): number {
    return this.client.latencyMs;
  }

  get stats(): ClientStats {
    return this.client.stats;
  }

  open(): void {
    void this.client.connect();
  }

  /** Leaves for good. */
  close(): Promise<void> {
    return this.client.close();
  }

  /** May be lost; says whether it could be queued. */
  steer(input: Input): boolean {
    return this.arena !== undefined && this.client.state.isConnected && this.arena.send(inputType, encode(input), Priority.High).isOk;
  }

  /** Resolves when the server has it. */
  say(text: string): Promise<NetworkResult> | undefined {
    return this.chat?.sendReliable(lineType, new TextEncoder().encode(text));
  }

  /** The name for this session and every later one. */
  rename(name: string | undefined): void {
    this.name = name;
    void this.sayName();
  }

  // A session begins: it has no subscriptions, and a body that nobody here knows. What fails here fails because this session is lost again.
  private async enter(): Promise<void> {
    const [arena, chat] = await Promise.all([this.client.findChannel('arena'), this.client.findChannel('chat')]);
    if (!arena.isOk || !chat.isOk) return;
    if (this.arena !== arena.value) arena.value.on('received', (packet) => this.hearArena(packet));
    if (this.chat !== chat.value) chat.value.on('received', (packet) => this.hearChat(packet));
    this.arena = arena.value;
    this.chat = chat.value;
    await Promise.all([arena.value.subscribe(), chat.value.subscribe(), this.sayName(), arena.value.sendReliable(joinType, new Uint8Array(0))]);
  }

  private async sayName(): Promise<void> {
    if (this.name !== undefined) await this.arena?.sendReliable(nameType, new TextEncoder().encode(this.name));
  }

  private hearArena(packet: ClientPacket): void {
    if (packet.packetType === snapshotType) this.listener.snapshot(packet.data);
    else if (packet.packetType === youType) this.hearYou(decode(packet.data));
    else if (packet.packetType === namesType) this.listener.named(readNames(packet.data) ?? []);
  }

  private hearYou(you: unknown): void {
    if (Array.isArray(you) && typeof you[0] === 'number') this.listener.joined(you[0]);
  }

  private hearChat(packet: ClientPacket): void {
    if (packet.senderPeerId !== undefined && packet.packetType === lineType) {
      this.listener.said(packet.senderPeerId, packet.senderPeerId, utf8.decode(packet.data));
      return;
    }

    const said = packet.senderPeerId === undefined && packet.packetType === saidType ? decode(packet.data) : undefined;
    if (Array.isArray(said) && typeof said[0] === 'string' && typeof said[1] === 'string') this.listener.said(undefined, said[0], said[1]);
  }
}
