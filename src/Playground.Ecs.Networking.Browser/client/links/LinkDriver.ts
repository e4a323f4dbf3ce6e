import { authTokenCharsMax, type ResolvedOptions } from '../ClientOptions.ts';
import { CloseCode } from '../protocol/CloseCodes.ts';
import { ProtocolLimits } from '../protocol/ProtocolLimits.ts';
import type { ClientEvent } from '../sessions/ClientEvent.ts';
import { ClientSession } from '../sessions/ClientSession.ts';
import { type LinkListener, WebSocketLink } from './WebSocketLink.ts';

// A platform's WebSocket takes whatever it is given. What it has not sent yet stays in the outbox beyond this, where lanes and limits count.
const bufferedBytesMax = ProtocolLimits.maxMessageBytes;
const bufferCheckMs = 20;
const timerMax = 2 ** 31 - 1;

/**
 * Drives a ClientSession with real links and real time. What arrives is answered inside its event, so that a page in the background, whose
 * timers are slowed down, keeps its link; what the application sends within one task leaves as one batch.
 */
export class LinkDriver {
  readonly session: ClientSession;
  private link: WebSocketLink | undefined;
  private isOpening = false;
  private isPumping = false;
  private isScheduled = false;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private linkTimer: ReturnType<typeof setTimeout> | undefined;

  /** @param handle Gets all events, one after the other; must not throw. */
  constructor(private readonly options: ResolvedOptions, private readonly handle: (event: ClientEvent) => void) {
    this.session = new ClientSession(options);
  }

  get now(): number {
    return performance.now();
  }

  /** The time at which something that begins now is over; undefined: never. */
  deadlineIn(ms: number | undefined): number {
    return ms === undefined ? Infinity : this.now + ms;
  }

  /** Runs a call of the application on the session; what follows from it happens at the end of the task. */
  enter<T>(call: (session: ClientSession, now: number) => T): T {
    const result = call(this.session, this.now);
    if (!this.isPumping && !this.isScheduled) {
      this.isScheduled = true;
      queueMicrotask(() => {
        this.isScheduled = false;
        this.pump();
      });
    }

    return result;
  }

  /** Ends what is left of the client, without waiting for the server. */
  abort(): void {
    this.session.close(this.now);
    this.endLink();
    this.pump();
  }

  // Everything that there is to do now.
  private pump(): void {
    if (this.isPumping) return;
    this.isPumping = true;
    try {
      do this.step();
      while (this.dispatch());
    } finally {
      this.isPumping = false;
    }

    this.setTimer();
  }

  private step(): void {
    this.session.tick(this.now);
    if (this.session.wantsLink && !this.isOpening) void this.open();
    this.write();
    const close = this.session.takeClose();
    if (close !== undefined) this.close(close.code, close.reason);
    if (this.session.state.kind === 'Closed') this.stop();
  }

  private dispatch(): boolean {
    const events = this.session.takeEvents();
    for (const event of events) this.handle(event);
    return events.length > 0;
  }

  private write(): void {
    while (this.link !== undefined && this.link.bufferedBytes < bufferedBytesMax) {
      const batch = this.session.takeBatch();
      if (batch === undefined) return;
      this.link.send(batch);
    }
  }

  private close(code: number, reason: string): void {
    const { link } = this;
    if (link === undefined || code === CloseCode.Abnormal) {
      this.endLink();
      return;
    }

    link.close(code, reason);
    this.setLinkTimer(this.options.closeTimeoutMs, () => this.endLink());
  }

  // Without the server's consent.
  private endLink(): void {
    const { link } = this;
    clearTimeout(this.linkTimer);
    this.link = undefined;
    link?.abandon();
    this.session.linkClosed(CloseCode.Abnormal, '', this.now);
  }

  private stop(): void {
    clearTimeout(this.linkTimer);
    this.isOpening = false;
    this.link?.abandon();
    this.link = undefined;
  }

  private async open(): Promise<void> {
    this.isOpening = true;
    const attempt: Attempt = { isOver: false, link: undefined };
    this.setLinkTimer(this.options.connectTimeoutMs, () => {
      this.failed(attempt, `the link did not open within ${this.options.connectTimeoutMs / 1_000} s`);
    });
    try {
      const token = await this.token();
      if (attempt.isOver || !this.isOpening) return;
      this.session.authToken = token;
      this.link = attempt.link = new WebSocketLink(this.options, this.listener(attempt));
    } catch (fault) {
      // The application's own code: its credential, its WebSocket.
      this.failed(attempt, fault instanceof Error ? fault.message : String(fault));
    }
  }

  private async token(): Promise<string | undefined> {
    const { authToken } = this.options;
    if (typeof authToken !== 'function') return authToken;
    const token = await authToken();
    if (token !== undefined && token.length > authTokenCharsMax) throw new Error(`the credential is longer than ${authTokenCharsMax} characters`);
    return token;
  }

  private failed(attempt: Attempt, reason: string): void {
    if (attempt.isOver) return;
    attempt.isOver = true;
    clearTimeout(this.linkTimer);
    this.isOpening = false;
    this.link = undefined;
    attempt.link?.abandon();
    this.session.linkFailed(reason, this.now);
    this.pump();
  }

  private listener(attempt: Attempt): LinkListener {
    return {
      opened: () => {
        attempt.isOver = true;
        clearTimeout(this.linkTimer);
        this.isOpening = false;
        this.session.linkOpened(this.now);
        this.pump();
      },
      received: (message) => {
        this.session.receive(message, this.now);
        this.pump();
      },
      receivedText: () => {
        this.session.refuse(CloseCode.UnsupportedMessage, 'a text message came', this.now);
        this.pump();
      },
      closed: (code, reason) => {
        clearTimeout(this.linkTimer);
        this.link = undefined;
        this.session.linkClosed(code, reason, this.now);
        this.pump();
      },
      failed: (reason) => this.failed(attempt, reason),
    };
  }

  private setLinkTimer(ms: number, then: () => void): void {
    clearTimeout(this.linkTimer);
    this.linkTimer = setTimeout(() => {
      then();
      this.pump();
    }, ms);
  }

  private setTimer(): void {
    clearTimeout(this.timer);
    const isFull = this.link !== undefined && this.link.bufferedBytes >= bufferedBytesMax;
    const due = Math.min(this.session.nextDeadline, isFull ? this.now + bufferCheckMs : Infinity);
    if (due === Infinity) return;
    this.timer = setTimeout(() => this.pump(), Math.min(Math.max(Math.ceil(due - this.now), 0), timerMax));
  }
}

interface Attempt {
  isOver: boolean;
  link: WebSocketLink | undefined;
}
