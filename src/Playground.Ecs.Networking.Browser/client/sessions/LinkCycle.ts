import type { ResolvedOptions } from '../ClientOptions.ts';
import { type ClientState, closed, reconnecting, unreachable } from '../ClientState.ts';
import { CloseCode, isFinal } from '../protocol/CloseCodes.ts';
import type { Goodbye } from '../protocol/Messages.ts';
import { type NetworkError, networkError } from '../protocol/NetworkError.ts';
import { Backoff } from './Backoff.ts';
import { errorOfClose } from './CloseErrors.ts';

/**
 * Where the session's current link is in its life: none is wanted yet, one should be opened, the next one waits for its time, open without
 * Welcome, live, ended by this side and not yet closed, and: there will be no further one.
 */
export type LinkPhase = 'None' | 'Wanted' | 'Waiting' | 'Greeting' | 'Live' | 'Closing' | 'Over';

/** What this side says when it ends a link; 1006: without a closing handshake. */
export interface LinkClose {
  readonly code: number;
  readonly reason: string;
}

interface Decision {
  readonly error: NetworkError | undefined;
  readonly isFinal: boolean;
}

const failuresReported = 3;

/** One link after the other: when the next is due, how the current one ends, and what follows from that. Times in ms. */
export class LinkCycle {
  phase: LinkPhase = 'None';

  /** When the next link is due while Waiting. */
  retryAt = Infinity;

  /** What the server said before it closes. */
  goodbye: Goodbye | undefined;

  /** The application asked for the end: nothing new is taken, what waits is written. */
  isLeaving = false;
  private readonly backoff: Backoff;
  private failures = 0;
  private wasWelcome = false;
  private decision: Decision | undefined;
  private owedClose: LinkClose | undefined;

  constructor(options: ResolvedOptions) {
    this.backoff = new Backoff(options);
  }

  get hasLink(): boolean {
    return this.phase === 'Greeting' || this.phase === 'Live' || this.phase === 'Closing';
  }

  want(): void {
    this.phase = 'Wanted';
    this.retryAt = Infinity;
  }

  opened(): void {
    this.phase = 'Greeting';
    this.goodbye = this.decision = this.owedClose = undefined;
    this.wasWelcome = false;
  }

  welcomed(): void {
    this.phase = 'Live';
    this.wasWelcome = true;
    this.failures = 0;
  }

  /** Nothing more will be. */
  finish(): void {
    this.phase = 'Over';
    this.retryAt = Infinity;
  }

  /** This side ends the link; the error is what the state that follows says. */
  close(code: CloseCode, reason: string, error: NetworkError | undefined, isFinalEnd: boolean): void {
    this.phase = 'Closing';
    this.owedClose = { code, reason };
    this.decision = { error, isFinal: isFinalEnd };
  }

  /** A link that opened too late: nobody wants it any more. */
  reject(): void {
    this.owedClose = { code: CloseCode.Abnormal, reason: '' };
  }

  /** What the driver has to close its link with; once. */
  takeClose(): LinkClose | undefined {
    const owed = this.owedClose;
    this.owedClose = undefined;
    return owed;
  }

  /** The link is closed; what follows. This side's own decision counts more than the code that the driver saw. */
  ended(code: number, reason: string, lifetime: number, now: number): ClientState {
    this.owedClose = undefined;
    if (this.isLeaving) return this.over(undefined);
    const decision = this.decision ?? { error: errorOfClose(code, reason, this.goodbye), isFinal: isFinal(code) };
    if (decision.isFinal) return this.over(decision.error);
    const error = decision.error ?? networkError('NotConnected', reason);
    return this.retry(error, this.wasWelcome ? lifetime : 0, this.goodbye?.retryAfterMs ?? 0, now);
  }

  /** The link could not be opened; what follows. */
  failed(reason: string, now: number): ClientState {
    this.wasWelcome = false;
    this.goodbye = undefined;
    return this.isLeaving ? this.over(undefined) : this.retry(networkError('NotConnected', reason), 0, 0, now);
  }

  private over(error: NetworkError | undefined): ClientState {
    this.finish();
    return closed(error);
  }

  private retry(error: NetworkError, lifetime: number, retryAfter: number, now: number): ClientState {
    if (!this.wasWelcome) this.failures++;
    const delay = this.backoff.next(lifetime, retryAfter);
    this.phase = 'Waiting';
    this.retryAt = now + delay;
    return this.failures >= failuresReported ? unreachable(this.failures, delay, error) : reconnecting(this.backoff.attempt, delay, error);
  }
}
