import type { ResolvedOptions } from '../ClientOptions.ts';
import { RoundTrip } from './RoundTrip.ts';

/** What a link's clock finds: all well, nothing received for too long, or what was written not acknowledged. */
export type LinkHealth = 'Alive' | 'Silent' | 'Unacknowledged';

const intervalMinMs = 100;
const pingIntervalMs = 5_000;
const stampsPerMs = 1_000;

/** The clocks of one link after the other: heartbeat, ack timer, round trip (PROTOCOL.md, sections 8 and 9). Times in ms. */
export class Liveness {
  /** When the link was welcomed. */
  welcomedAt = 0;

  /** A Ping waits to be written. */
  owesPing = false;
  private heartbeat = 1_000;
  private lastReceived = 0;
  private lastSent = 0;
  private lastPing = 0;
  private unacknowledgedSince = Infinity;
  private isWelcome = false;
  private readonly roundTrip = new RoundTrip();

  constructor(private readonly options: ResolvedOptions) {}

  get roundTripMs(): number {
    return this.roundTrip.smoothedMs;
  }

  /** When `check` would find something. */
  get next(): number {
    const silent = this.lastReceived + this.options.heartbeatTimeoutMs;
    if (!this.isWelcome) return silent;
    const ping = this.owesPing ? Infinity : Math.min(this.lastSent + this.heartbeat, this.lastPing + pingIntervalMs);
    return Math.min(silent, ping, this.unacknowledgedSince + this.options.ackTimeoutMs);
  }

  linkOpened(now: number): void {
    this.isWelcome = false;
    this.lastReceived = this.lastSent = now;
    this.unacknowledgedSince = Infinity;
    this.owesPing = false;
  }

  /** The link is welcome: a Ping at once gives the round trip, and tells the server that its Welcome arrived. */
  welcomed(heartbeatMs: number, now: number): void {
    this.isWelcome = true;
    this.heartbeat = Math.min(Math.max(heartbeatMs, intervalMinMs), pingIntervalMs);
    this.welcomedAt = now;
    this.owesPing = true;
  }

  received(now: number): void {
    this.lastReceived = now;
  }

  sent(now: number): void {
    this.lastSent = now;
  }

  /** Follows what is written and not acknowledged. */
  acknowledged(isAcknowledged: boolean, hasAdvanced: boolean, now: number): void {
    if (isAcknowledged) this.unacknowledgedSince = Infinity;
    else if (hasAdvanced || this.unacknowledgedSince === Infinity) this.unacknowledgedSince = now;
  }

  check(now: number): LinkHealth {
    if (now - this.lastReceived >= this.options.heartbeatTimeoutMs) return 'Silent';
    if (!this.isWelcome) return 'Alive';
    if (now - this.unacknowledgedSince >= this.options.ackTimeoutMs) return 'Unacknowledged';
    if (now - this.lastSent >= this.heartbeat || now - this.lastPing >= pingIntervalMs) this.owesPing = true;
    return 'Alive';
  }

  /** The stamp of the Ping that is owed: the link's age in microseconds. */
  takePing(now: number): bigint {
    this.owesPing = false;
    this.lastPing = now;
    return this.age(now);
  }

  /** Takes a round trip; a stamp that this side cannot have written is ignored. */
  ponged(stamp: bigint, now: number): void {
    const ms = Number(this.age(now) - stamp) / stampsPerMs;
    if (ms >= 0 && ms <= this.options.heartbeatTimeoutMs) this.roundTrip.add(ms);
  }

  private age(now: number): bigint {
    return BigInt(Math.round((now - this.welcomedAt) * stampsPerMs));
  }
}
