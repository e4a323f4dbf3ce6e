import type { ResolvedOptions } from '../ClientOptions.ts';
import { type ClientState, connecting } from '../ClientState.ts';
import { CloseCode } from '../protocol/CloseCodes.ts';
import type { MessageKind, Reply } from '../protocol/Messages.ts';
import { networkError } from '../protocol/NetworkError.ts';
import type { NetworkResult } from '../protocol/NetworkResult.ts';
import type { Priority } from '../protocol/Priority.ts';
import type { ClientEvent, RequestId } from './ClientEvent.ts';
import { SessionCore } from './ClientSession.Core.ts';
import { SessionReceiving } from './ClientSession.Receiving.ts';
import { SessionSending } from './ClientSession.Sending.ts';
import type { LinkClose } from './LinkCycle.ts';
import type { SessionCounters } from './SessionCounters.ts';
import { Question, type Waiting } from './Waiting.ts';

/**
 * The client's side of the protocol: sessions, reliable delivery, requests and liveness over any number of links, one at a time
 * (PROTOCOL.md, sections 4 and 6 to 9). It knows no socket, clock or timer: a driver feeds it and writes what it gives.
 *
 * `now` is monotonic time in ms and never goes back. Callbacks run inside the call that completes them and must not call the session.
 */
export class ClientSession {
  private readonly core: SessionCore;
  private readonly receiving: SessionReceiving;
  private readonly sending: SessionSending;

  constructor(options: ResolvedOptions) {
    this.core = new SessionCore(options);
    this.receiving = new SessionReceiving(this.core);
    this.sending = new SessionSending(this.core);
    this.core.authToken = typeof options.authToken === 'string' ? options.authToken : undefined;
  }

  /** The credential of the next Hello. */
  set authToken(token: string | undefined) {
    this.core.authToken = token;
  }

  get state(): ClientState {
    return this.core.state;
  }

  get counters(): SessionCounters {
    return this.core.counters;
  }

  /** What the server calls this client; empty before the first Welcome. */
  get peerId(): string {
    return this.core.peerId;
  }

  /** The largest payload that the server takes, in bytes. */
  get maxPacketBytes(): number {
    return this.core.maxPacketBytes;
  }

  /** The smoothed round trip in ms; 0 while unknown. */
  get roundTripMs(): number {
    return this.core.liveness.roundTripMs;
  }

  /** Bytes that wait to be sent, packet headers included. */
  get queuedBytes(): number {
    return this.core.outbox.bytes;
  }

  /** When `tick` wants to run; Infinity: never. */
  get nextDeadline(): number {
    return Math.min(this.core.isReceiving ? this.core.liveness.next : this.core.link.retryAt, this.core.deadlines.next);
  }

  /** The driver should open a link now; true until it says linkOpened or linkFailed. */
  get wantsLink(): boolean {
    return this.core.link.phase === 'Wanted';
  }

  /** From now on the session wants a link. A second call does nothing. */
  start(now: number): void {
    this.core.now = now;
    if (this.core.link.phase !== 'None') return;
    this.core.link.want();
    this.core.enter(connecting);
  }

  /** The WebSocket is open: Hello is the next batch. */
  linkOpened(now: number): void {
    const { core } = this;
    core.now = now;
    if (!this.wantsLink) {
      core.link.reject();
      return;
    }

    core.link.opened();
    core.liveness.linkOpened(now);
    core.pongs = [];
    core.farewell = undefined;
    core.owesHello = true;
  }

  /** The WebSocket could not be opened; the reason is for people. */
  linkFailed(reason: string, now: number): void {
    this.core.now = now;
    if (this.wantsLink) this.core.enter(this.core.link.failed(reason, now));
  }

  /** The link ended, by whichever side; 1006 when without a close. */
  linkClosed(code: number, reason: string, now: number): void {
    const { core } = this;
    core.now = now;
    if (!core.link.hasLink) return;

    // What belongs to the link goes with it; what is reliable belongs to the session and goes on.
    core.outbox.discardUnreliable();
    core.stream.trains.discardUnreliable();
    core.enter(core.link.ended(code, reason, now - core.liveness.welcomedAt, now));
  }

  /** Takes one whole binary message, which is the session's from now on. */
  receive(message: Uint8Array, now: number): void {
    this.core.now = now;
    this.receiving.receive(message);
  }

  /** The driver received what no batch can be: a text message (1003). */
  refuse(code: CloseCode, detail: string, now: number): void {
    this.core.now = now;
    if (this.core.isReceiving) this.core.violate(code, detail);
  }

  /** Does what is due; may be called at any time. */
  tick(now: number): void {
    const { core } = this;
    core.now = now;
    if (now >= core.link.retryAt) core.link.want();
    if (core.isReceiving) this.checkLink();
    for (let due = core.deadlines.takeDue(now); due !== undefined; due = core.deadlines.takeDue(now)) this.expire(due);
  }

  /** The next state change, packet, request or error, in the order in which they happened. */
  takeEvents(): readonly ClientEvent[] {
    const { events } = this.core;
    this.core.events = [];
    return events;
  }

  /** Sends an unreliable packet; on channel 0 only broadcasts. Ok when queued; NotConnected, LimitExceeded, InvalidArgument, Forbidden. */
  send(channel: number, type: number, payload: Uint8Array, priority: Priority): NetworkResult {
    return this.sending.send(channel, type, payload, priority);
  }

  /** Sends a packet that arrives exactly once; `acknowledged` is called once when the call returned Ok. */
  sendReliable(
    channel: number, type: number, payload: Uint8Array, priority: Priority, acknowledged: (result: NetworkResult) => void, deadline: number,
  ): NetworkResult {
    return this.sending.sendReliable(channel, type, payload, priority, acknowledged, deadline);
  }

  /** Asks a channel's owner; `answered` is called once when the call returned Ok. */
  request(
    channel: number, type: number, body: Uint8Array, priority: Priority, answered: (result: NetworkResult<Uint8Array>) => void, deadline: number,
  ): NetworkResult {
    return this.sending.request(channel, type, body, priority, answered, deadline);
  }

  /** Asks the server (control types 5-8, 10, 11) with the message of the number that it is given; `replied` as above. */
  ask<T>(kind: MessageKind<T>, message: (id: number) => T, replied: (result: NetworkResult<Reply>) => void, deadline: number): NetworkResult {
    return this.sending.ask(kind, message, replied, deadline);
  }

  /** Answers a request, once. */
  respond(channel: number, request: RequestId, answer: NetworkResult<Uint8Array>): NetworkResult {
    return this.sending.respond(channel, request, answer);
  }

  /** The next WebSocket message; undefined when nothing waits. */
  takeBatch(): Uint8Array<ArrayBuffer> | undefined {
    return this.sending.takeBatch();
  }

  /**
   * What the session wants its link closed with, after the batches that were taken before; once per link. 1006: abort it. The driver says
   * linkClosed when that is done, in any case.
   */
  takeClose(): LinkClose | undefined {
    return this.core.link.takeClose();
  }

  /**
   * Ends the session: nothing new is taken; what waits is written and acknowledged, then follow Goodbye and close 1000. Without a link the end
   * is at once, and the server learns of it when the resume window has passed.
   */
  close(now: number): void {
    const { core } = this;
    core.now = now;
    if (core.link.phase === 'Over' || core.link.isLeaving) return;
    core.link.isLeaving = true;
    if (core.link.phase === 'Greeting') core.link.close(CloseCode.Normal, '', undefined, true);
    else if (!core.link.hasLink) core.finish(undefined);
  }

  private checkLink(): void {
    const { core } = this;
    switch (core.liveness.check(core.now)) {
      case 'Silent':
        this.giveUp(CloseCode.Abnormal, `nothing was received for ${core.options.heartbeatTimeoutMs / 1_000} s`);
        break;
      case 'Unacknowledged':
        this.giveUp(CloseCode.HeartbeatTimeout, `nothing was acknowledged for ${core.options.ackTimeoutMs / 1_000} s`);
        break;
      case 'Alive':
        break;
    }
  }

  private giveUp(code: CloseCode, why: string): void {
    this.core.link.close(code, why, networkError('Timeout', why), false);
  }

  private expire(due: Waiting): void {
    if (due.packet !== undefined) this.core.outbox.withdraw(due.packet);
    if (due instanceof Question) this.core.questions.remove(due);
    due.timeOut();
  }
}
