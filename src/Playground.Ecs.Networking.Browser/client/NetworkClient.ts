import { ClientChannel } from './ClientChannel.ts';
import type { ClientError } from './ClientError.ts';
import { type ClientOptions, type ResolvedOptions, resolveOptions } from './ClientOptions.ts';
import type { ClientRequestHandler } from './ClientRequest.ts';
import type { ClientState } from './ClientState.ts';
import type { ClientStats } from './ClientStats.ts';
import { Events, type Listener } from './Events.ts';
import { LinkDriver } from './links/LinkDriver.ts';
import {
  type ChannelListing, ListChannels, type MessageKind, QueryChannel, readChannelListings, readChannelValue, RegisterChannel, type Reply,
  UnregisterChannel,
} from './protocol/Messages.ts';
import { isValidName } from './protocol/Names.ts';
import { channelNotFound, type NetworkError, networkError } from './protocol/NetworkError.ts';
import { done, failed, type NetworkResult, ok } from './protocol/NetworkResult.ts';
import { ControlType } from './protocol/PacketTypes.ts';
import { Priority } from './protocol/Priority.ts';
import { Requests } from './Requests.ts';
import type { ClientEvent } from './sessions/ClientEvent.ts';

/** What a client tells. */
export interface ClientEvents {
  /** Every state after the one before was handled. */
  readonly stateChanged: ClientState;

  /** What the server says about packets that asked for no answer: refused, not found, too many. */
  readonly errorReceived: ClientError;

  /** What a callback of the application threw; it ends nothing. Nobody listening, the platform reports it like any uncaught error. */
  readonly unhandledException: unknown;
}

/** How to send a reliable packet. */
export interface SendOptions {
  /** Its lane. Default Normal; of requests High. */
  readonly priority?: Priority;

  /** How long to wait, in ms. Default: as long as the session lives; requests: `requestTimeoutMs`. */
  readonly timeoutMs?: number;

  /** Ends the wait; what is queued is sent all the same. */
  readonly signal?: AbortSignal;
}

/** How to ask. */
export type AskOptions = SendOptions;

type ResultOf<T> = (result: NetworkResult<T>) => void;

/**
 * A client of a NetworkingSystem: one WebSocket for all channels, opened again whenever it ends; a session that outlives it, so that reliable
 * packets and requests arrive exactly once (PROTOCOL.md). Errors are values; exceptions are mistakes of the caller. Callbacks run one after the other.
 */
export class NetworkClient {
  private readonly options: ResolvedOptions;
  private readonly events = new Events<ClientEvents>();
  private readonly channels = new Map<number, ClientChannel>();
  private readonly driver: LinkDriver;
  private readonly requests: Requests;
  private readonly states: ((state: ClientState) => void)[] = [];
  private published: ClientState;
  private unheard = 0;

  /** A client that connects when `connect` is called. @throws RangeError when an option has a value that cannot work. */
  constructor(options: ClientOptions = {}) {
    this.options = resolveOptions(options);
    this.driver = new LinkDriver(this.options, (event) => this.take(event));
    this.requests = new Requests(this.driver, this.options.servedRequestsMax, (fault) => this.report(fault));
    this.published = this.driver.session.state;
  }

  /** Where the client stands, as it was said last. */
  get state(): ClientState {
    return this.published;
  }

  /** What the server calls this client; empty before the first Welcome. */
  get peerId(): string {
    return this.driver.session.peerId;
  }

  /** The smoothed round trip (RFC 6298's SRTT) in ms; 0 while unknown. */
  get latencyMs(): number {
    return this.driver.session.roundTripMs;
  }

  /** What was counted so far. */
  get stats(): ClientStats {
    const { bytesSent, bytesReceived, packetsSent, packetsReceived, packetsDropped, packetsDiscarded, links, sessionsLost } = this.driver.session.counters;
    const packetsNotSent = packetsDropped + packetsDiscarded;
    return { bytesSent, bytesReceived, packetsSent, packetsReceived, packetsNotSent, packetsUnheard: this.unheard, links, sessionsLost };
  }

  /** Adds a listener; returns what removes it. */
  on<Name extends keyof ClientEvents>(name: Name, listener: Listener<ClientEvents[Name]>): () => void {
    return this.events.on(name, listener);
  }

  /**
   * Connects, and waits for the first Welcome. A server that is not there is tried again and again (Unreachable says so), until the signal is
   * aborted, which ends the wait and not the client, or the client is closed. Ok; Cancelled; the final error where the server refuses.
   */
  async connect(signal?: AbortSignal): Promise<NetworkResult> {
    this.driver.enter((session, now) => session.start(now));
    return this.orCancelled((settle) => {
      this.whenState((state) => {
        if (state.isConnected) settle(ok());
        else if (state.kind === 'Closed') settle(failed(state.error ?? networkError('NotConnected', 'the client is closed')));
        return state.isConnected || state.kind === 'Closed';
      });
    }, signal);
  }

  /**
   * Says Goodbye, which ends the session on the server, and closes with 1000, after what waits was sent and acknowledged; all that for at most
   * `closeTimeoutMs`. What is still under way then fails with NotConnected. There is no way back.
   */
  async close(): Promise<void> {
    const late = setTimeout(() => this.driver.abort(), this.options.closeTimeoutMs);
    this.driver.enter((session, now) => session.close(now));
    await new Promise<void>((resolve) => {
      this.whenState((state) => {
        if (state.kind === 'Closed') resolve();
        return state.kind === 'Closed';
      });
    });
    clearTimeout(late);
  }

  /** The channel of an id, whether the server has it or not; 0 is the control channel, where broadcasts arrive. The same object for the same id. */
  channel(id: number): ClientChannel {
    const known = this.channels.get(id);
    if (known !== undefined) return known;
    checkChannel(id);
    const channel = new ClientChannel(this, id);
    this.channels.set(id, channel);
    return channel;
  }

  /** The channel of a name. ChannelNotFound, Timeout, NotConnected, LimitExceeded, Cancelled. */
  async findChannel(name: string, signal?: AbortSignal): Promise<NetworkResult<ClientChannel>> {
    if (!isValidName(name)) return failed(badName());
    const reply = await this.reply(QueryChannel, (id) => ({ id, name }), undefined, signal);
    if (!reply.isOk) return failed(reply.error.kind === 'ChannelNotFound' ? channelNotFound(0, name) : reply.error);
    const found = readChannelValue(reply.value.value);
    return found === undefined ? failed(unreadable('QueryChannel')) : done(this.named(found, name));
  }

  /** All channels of the server. */
  async listChannels(signal?: AbortSignal): Promise<NetworkResult<readonly ChannelListing[]>> {
    const reply = await this.reply(ListChannels, (id) => ({ id }), undefined, signal);
    if (!reply.isOk) return reply;
    const channels = readChannelListings(reply.value.value);
    return channels === undefined ? failed(unreadable('ListChannels')) : done(channels);
  }

  /**
   * Registers a channel of this client's own, where the server allows it: what others send to it arrives here.
   * @param requestedId The number wanted; 0: the server chooses.
   * @param onRequest Who answers its requests, from the first one on.
   */
  async registerChannel(
    name: string, requestedId = 0, onRequest?: ClientRequestHandler, signal?: AbortSignal,
  ): Promise<NetworkResult<ClientChannel>> {
    if (!isValidName(name)) return failed(badName());
    checkChannel(requestedId);

    // Before anything behind the reply is handed on: the first request may come with it.
    const prepare = (reply: Reply): void => {
      const registered = readChannelValue(reply.value);
      if (registered !== undefined && onRequest !== undefined) this.named(registered, name).onRequest(onRequest);
    };
    const reply = await this.reply(RegisterChannel, (id) => ({ id, name, requestedId }), prepare, signal);
    if (!reply.isOk) return reply;
    const id = readChannelValue(reply.value.value);
    return id === undefined ? failed(unreadable('RegisterChannel')) : done(this.named(id, name));
  }

  /** Gives up a channel that this client registered. */
  async unregisterChannel(channel: number, signal?: AbortSignal): Promise<NetworkResult> {
    checkChannel(channel);
    return this.ask(UnregisterChannel, (id) => ({ id, channel }), signal);
  }

  /**
   * Sends an unreliable packet: it may be dropped when the queue is full, and is lost when the link ends. Ok when queued; NotConnected while there
   * is no link, LimitExceeded, InvalidArgument, Forbidden. What the server thinks of it is said by `errorReceived`.
   */
  sendPacket(channel: number, packetType: number, data: Uint8Array, priority: Priority = Priority.Normal): NetworkResult {
    return this.driver.enter((session) => session.send(channel, packetType, data, priority));
  }

  /**
   * Sends a packet exactly once and in order, over as many links as it takes; without a link it waits for one. Ok when the server has it;
   * NotConnected when the session was lost or closed before; Timeout: it may have arrived unless it had not begun to be sent; LimitExceeded when the
   * queue is full; InvalidArgument, Forbidden, Cancelled.
   */
  async sendReliable(channel: number, packetType: number, data: Uint8Array, options: SendOptions = {}): Promise<NetworkResult> {
    const { priority = Priority.Normal, timeoutMs, signal } = options;
    const error = checkTimeout(timeoutMs);
    if (error !== undefined) return failed(error);
    return this.orCancelled<void>((settle) => {
      const deadline = this.driver.deadlineIn(timeoutMs);
      const queued = this.driver.enter((session) => session.sendReliable(channel, packetType, data, priority, settle, deadline));
      if (!queued.isOk) settle(queued);
    }, signal);
  }

  /** Sends bytes to every connection, where the server allows it; they arrive on `channel(0)`. */
  broadcast(data: Uint8Array, priority: Priority = Priority.Normal): NetworkResult {
    return this.sendPacket(0, ControlType.Broadcast, data, priority);
  }

  /**
   * Asks a channel's owner, a plugin of the server or another client, and gives the answer. Sent exactly once, however often the link ends
   * meanwhile. The answer, or the owner's error; Timeout, Cancelled, NotConnected, LimitExceeded, InvalidArgument, Forbidden.
   */
  async request(channel: number, type: number, body: Uint8Array, options: AskOptions = {}): Promise<NetworkResult<Uint8Array>> {
    const { priority = Priority.High, timeoutMs = this.options.requestTimeoutMs, signal } = options;
    const error = checkTimeout(timeoutMs);
    if (error !== undefined) return failed(error);
    return this.orCancelled<Uint8Array>((settle) => {
      const deadline = this.driver.deadlineIn(timeoutMs);
      const queued = this.driver.enter((session) => session.request(channel, type, body, priority, settle, deadline));
      if (!queued.isOk) settle(queued);
    }, signal);
  }

  /** @internal Asks the server for something without a value. */
  async ask<T>(kind: MessageKind<T>, message: (id: number) => T, signal: AbortSignal | undefined): Promise<NetworkResult> {
    const reply = await this.reply(kind, message, undefined, signal);
    return reply.isOk ? ok() : reply;
  }

  private reply<T>(
    kind: MessageKind<T>, message: (id: number) => T, prepare: ((reply: Reply) => void) | undefined, signal: AbortSignal | undefined,
  ): Promise<NetworkResult<Reply>> {
    return this.orCancelled<Reply>((settle) => {
      const replied = (reply: NetworkResult<Reply>): void => {
        if (reply.isOk) prepare?.(reply.value);
        settle(reply);
      };
      const deadline = this.driver.deadlineIn(this.options.requestTimeoutMs);
      const queued = this.driver.enter((session) => session.ask(kind, message, replied, deadline));
      if (!queued.isOk) settle(queued);
    }, signal);
  }

  private orCancelled<T>(begin: (settle: ResultOf<T>) => void, signal: AbortSignal | undefined): Promise<NetworkResult<T>> {
    const cancelled = failed(networkError('Cancelled', 'by the caller'));
    if (signal?.aborted === true) return Promise.resolve(cancelled);
    return new Promise((resolve) => {
      const abort = (): void => resolve(cancelled);
      signal?.addEventListener('abort', abort, { once: true });
      begin((result) => {
        signal?.removeEventListener('abort', abort);
        resolve(result);
      });
    });
  }

  // Calls until it is told that it is over, with the state now and every later one.
  private whenState(isOver: (state: ClientState) => boolean): void {
    if (isOver(this.published)) return;
    const listener = (state: ClientState): void => {
      if (isOver(state)) this.states.splice(this.states.indexOf(listener), 1);
    };
    this.states.push(listener);
  }

  private take(event: ClientEvent): void {
    switch (event.kind) {
      case 'State':
        this.enterState(event.state);
        break;
      case 'Packet':
        this.handOn(event);
        break;
      case 'Request':
        this.requests.serve(event, this.channels.get(event.channel)?.requestHandler);
        break;
      case 'Error':
        this.emit('errorReceived', { channelId: event.channel, packetType: event.type, error: event.error });
        break;
    }
  }

  private enterState(state: ClientState): void {
    this.published = state;
    if (state.kind === 'SessionLost' || state.kind === 'Closed') this.requests.endSession();
    for (const listener of [...this.states]) listener(state);
    this.emit('stateChanged', state);
  }

  private handOn(event: ClientEvent & { readonly kind: 'Packet' }): void {
    const { events } = this.channel(event.channel);
    if (!events.has('received')) {
      this.unheard++;
      return;
    }

    const { channel: channelId, type: packetType, priority, isReliable, data, sender: senderPeerId } = event;
    events.emit('received', { channelId, packetType, priority, isReliable, data, senderPeerId }, (fault) => this.report(fault));
  }

  private emit<Name extends keyof ClientEvents>(name: Name, value: ClientEvents[Name]): void {
    this.events.emit(name, value, (fault) => this.report(fault));
  }

  private report(fault: unknown): void {
    if (this.events.has('unhandledException')) this.events.emit('unhandledException', fault, throwLater);
    else throwLater(fault);
  }

  private named(id: number, name: string): ClientChannel {
    const channel = this.channel(id);
    channel.name = name;
    return channel;
  }
}

function checkChannel(id: number): void {
  if (!Number.isInteger(id) || id < 0 || id > 0xffff) throw new RangeError(`There is no channel ${id}: they are numbered from 0 to 65,535.`);
}

// Where the platform reports it, and no call of ours is in between.
function throwLater(fault: unknown): void {
  queueMicrotask(() => {
    throw fault;
  });
}

function badName(): NetworkError {
  return networkError('InvalidArgument', "a channel's name has 1 to 255 bytes of UTF-8 without control characters");
}

function unreadable(question: string): NetworkError {
  return networkError('MalformedPacket', `the server's reply to ${question} cannot be read`);
}

function checkTimeout(timeoutMs: number | undefined): NetworkError | undefined {
  return timeoutMs === undefined || timeoutMs > 0 ? undefined : networkError('InvalidArgument', `timeoutMs must be above 0, was ${timeoutMs}`);
}
