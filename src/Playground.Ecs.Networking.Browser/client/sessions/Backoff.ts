import type { ResolvedOptions } from '../ClientOptions.ts';

/** How long to wait before the next link: exponential with full jitter (PROTOCOL.md, section 7). Times in ms. */
export class Backoff {
  /** The number of the link that is tried next; 0 while none has failed. */
  attempt = 0;

  constructor(private readonly options: ResolvedOptions) {}

  /**
   * To be called when a link ended or could not be opened; returns the wait.
   * @param lifetime How long it lived after Welcome; 0 without one.
   * @param retryAfter What the server asked for; it is added to the random wait, so that not all clients come back at once.
   */
  next(lifetime: number, retryAfter: number): number {
    // A server that welcomes and hangs up is no reason to come back ever faster.
    if (this.attempt > 0 && lifetime >= this.ceiling()) this.attempt = 0;
    this.attempt++;
    return this.options.random() * this.ceiling() + Math.min(Math.max(retryAfter, 0), this.options.retryAfterMaxMs);
  }

  private ceiling(): number {
    // 2^40 times the smallest delay is beyond any largest one.
    const doublings = Math.min(Math.max(this.attempt - 1, 0), 40);
    return Math.min(this.options.reconnectDelayMaxMs, this.options.reconnectDelayMinMs * 2 ** doublings);
  }
}
