import type { ClientPacket } from './ClientPacket.ts';
import type { ClientRequestHandler } from './ClientRequest.ts';
import { Events, type Listener } from './Events.ts';
import type { AskOptions, NetworkClient, SendOptions } from './NetworkClient.ts';
import { Subscribe, Unsubscribe } from './protocol/Messages.ts';
import type { NetworkResult } from './protocol/NetworkResult.ts';
import type { Priority } from './protocol/Priority.ts';

/** What a channel tells. */
export interface ChannelEvents {
  /** Each packet of this channel, in the order of arrival. */
  readonly received: ClientPacket;
}

/**
 * A channel as a NetworkClient sees it: send, subscribe, receive, ask and answer. There is one for each id, and it stays of use over all links
 * and sessions of its client; its subscription belongs to the session.
 */
export class ClientChannel {
  /** Its name, where this client has asked for it by name or registered it. */
  name: string | undefined;

  /** @internal */
  readonly events = new Events<ChannelEvents>();

  /** @internal */
  requestHandler: ClientRequestHandler | undefined;

  /** @internal Made by the client. */
  constructor(private readonly client: NetworkClient, readonly id: number) {}

  /** Adds a listener; returns what removes it. Add it before you subscribe: packets that nobody listens to are dropped and counted. */
  on<Name extends keyof ChannelEvents>(name: Name, listener: Listener<ChannelEvents[Name]>): () => void {
    return this.events.on(name, listener);
  }

  /** Asks for the packets of this channel; again after SessionLost. */
  async subscribe(signal?: AbortSignal): Promise<NetworkResult> {
    return this.client.ask(Subscribe, (id) => ({ id, channel: this.id }), signal);
  }

  async unsubscribe(signal?: AbortSignal): Promise<NetworkResult> {
    return this.client.ask(Unsubscribe, (id) => ({ id, channel: this.id }), signal);
  }

  /** As NetworkClient.sendPacket. */
  send(packetType: number, data: Uint8Array, priority?: Priority): NetworkResult {
    return this.client.sendPacket(this.id, packetType, data, priority);
  }

  /** As NetworkClient.sendReliable. */
  sendReliable(packetType: number, data: Uint8Array, options?: SendOptions): Promise<NetworkResult> {
    return this.client.sendReliable(this.id, packetType, data, options);
  }

  /** As NetworkClient.request. */
  request(type: number, body: Uint8Array, options?: AskOptions): Promise<NetworkResult<Uint8Array>> {
    return this.client.request(this.id, type, body, options);
  }

  /** Says who answers the requests that arrive on this channel, in place of whoever did; undefined: nobody, and they fail. */
  onRequest(handler: ClientRequestHandler | undefined): void {
    this.requestHandler = handler;
  }

  /** The channel's name, or its number. */
  toString(): string {
    return this.name === undefined ? `${this.id}` : `${this.name} (${this.id})`;
  }
}
