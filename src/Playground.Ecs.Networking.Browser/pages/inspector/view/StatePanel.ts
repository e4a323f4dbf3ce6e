import type { LinkStatus } from '../link/LinkStatus.ts';
import { type StateWords, wordsOf } from '../model/StateWords.ts';
import { below, byId, setMark, setText } from './Elements.ts';

/** What one can do about a status. */
export interface StateActions {
  connect(token: string | undefined): void;
  tryAgain(): void;
}

const noticeMs = 8_000;

/** The page's own link: a word in the header, and a card where something is to be known or done. It lies above the page, which does not move. */
export class StatePanel {
  private readonly link = byId('link', HTMLParagraphElement);
  private readonly linkText = byId('link-text', HTMLSpanElement);
  private readonly card = byId('state', HTMLElement);
  private readonly title = byId('state-title', HTMLHeadingElement);
  private readonly text = byId('state-text', HTMLParagraphElement);
  private readonly code = byId('state-code', HTMLPreElement);
  private readonly countdown = byId('state-countdown', HTMLParagraphElement);
  private readonly form = byId('token-form', HTMLFormElement);
  private readonly action = byId('state-action', HTMLButtonElement);
  private readonly dashboard = byId('dashboard', HTMLElement);
  private status: LinkStatus = { kind: 'connecting' };
  private staleSeconds = 0;
  private noticeUntil = -Infinity;
  private notice = '';

  constructor(private readonly actions: StateActions) {
    const input = below(this.form, 'input', HTMLInputElement);
    this.form.addEventListener('submit', (event) => {
      event.preventDefault();
      const token = input.value;
      input.value = '';
      actions.connect(token);
    });
    this.action.addEventListener('click', () => this.act());
  }

  set(status: LinkStatus, hasNumbers: boolean): void {
    this.status = status;
    this.write(hasNumbers);
    this.writeCountdown(performance.now());
  }

  /** Says for some seconds that counting began anew. */
  sayRestart(now: number): void {
    this.notice = 'The server was started anew';
    this.noticeUntil = now + noticeMs;
  }

  /** Counts down, and marks numbers that are old. @param silentMs Time since the last Overview. */
  tick(now: number, silentMs: number, staleMs: number, hasNumbers: boolean): void {
    this.staleSeconds = hasNumbers && silentMs > staleMs ? Math.floor(silentMs / 1_000) : 0;
    if (this.notice !== '' && now > this.noticeUntil) this.notice = '';
    this.write(hasNumbers);
    this.writeCountdown(now);
  }

  private act(): void {
    if (this.notice !== '' && this.status.kind === 'live') this.notice = '';
    else if (this.status.kind === 'closed') this.actions.connect(undefined);
    else this.actions.tryAgain();
    this.write(true);
  }

  private write(hasNumbers: boolean): void {
    const words = this.words(hasNumbers);
    setText(this.linkText, words.short);
    setMark(this.link, 'tone', words.tone);
    document.body.classList.toggle('stale', hasNumbers && (this.status.kind !== 'live' || this.staleSeconds > 0));
    document.body.classList.toggle('blocked', words.blocks);
    if (this.dashboard.inert !== words.blocks) this.dashboard.inert = words.blocks;
    setMark(this.card, 'state', this.status.kind);
    setMark(this.card, 'tone', words.tone);
    this.card.classList.toggle('blocking', words.blocks);
    this.card.hidden = words.title === undefined;
    setText(this.title, words.title ?? '');
    setText(this.text, words.text ?? '');
    this.showText(this.code, words.code);
    this.showText(this.action, words.action);
    this.action.classList.toggle('primary', words.wantsToken !== true);
    this.showForm(words.wantsToken === true);
  }

  private words(hasNumbers: boolean): StateWords {
    const words = wordsOf(this.status, hasNumbers);
    if (this.status.kind !== 'live') return words;
    if (this.staleSeconds > 0) {
      return {
        short: `Silent for ${this.staleSeconds} s`, tone: 'warn', blocks: false, title: 'The server says nothing',
        text: 'The link is open, but no numbers arrive: its loop may be held up. What you see is the last that was heard.',
      };
    }

    if (this.notice === '') return words;
    return { ...words, title: this.notice, text: 'Its counts went back, so everything here begins anew.', action: 'Dismiss' };
  }

  private writeCountdown(now: number): void {
    const { status } = this;
    const isWaiting = status.kind === 'reconnecting' || status.kind === 'unreachable';
    this.countdown.hidden = !isWaiting;
    if (!isWaiting) return;
    const seconds = Math.ceil((status.retryAt - now) / 1_000);
    setText(this.countdown, seconds > 0 ? `Attempt ${status.attempt} in ${seconds} s` : `Attempt ${status.attempt} is under way`);
  }

  // Whoever has to type something can do so at once.
  private showForm(isWanted: boolean): void {
    if (this.form.hidden !== isWanted) return;
    this.form.hidden = !isWanted;
    if (isWanted) below(this.form, 'input', HTMLInputElement).focus();
  }

  private showText(element: HTMLElement, text: string | undefined): void {
    element.hidden = text === undefined;
    setText(element, text ?? '');
  }
}
