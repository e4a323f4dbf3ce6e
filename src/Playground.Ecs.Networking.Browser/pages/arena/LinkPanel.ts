import type { ClientState } from 'playground-ecs-networking';
import { element, setText } from './Elements.ts';
import type { Plug } from './Plug.ts';
import { isRefusal, type Standing } from './Standing.ts';

const eventsMax = 50;
const outMs = 6_000;
const noToken = 'Whoever runs the server knows it. It is kept for this tab alone.';
const wrongToken = 'That was not it. Whoever runs the server knows it.';

/** What a person may ask of the link. */
export interface LinkActions {
  /** Make a new client; the token, when one was given. */
  again(token: string | undefined): void;
}

/** The state of the link wherever the page says it, the plug, and what happened so far. */
export class LinkPanel {
  private readonly state = element('state', HTMLParagraphElement);
  private readonly label = element('state-label', HTMLSpanElement);
  private readonly now = element('link-now', HTMLParagraphElement);
  private readonly events = element('link-events', HTMLOListElement);
  private readonly stage = element('stage', HTMLDivElement);
  private readonly banner = element('banner', HTMLParagraphElement);
  private readonly curtain = element('curtain', HTMLDivElement);
  private readonly title = element('curtain-title', HTMLHeadingElement);
  private readonly text = element('curtain-text', HTMLParagraphElement);
  private readonly form = element('token-form', HTMLFormElement);
  private readonly token = element('token-input', HTMLInputElement);
  private readonly again = element('again', HTMLButtonElement);
  private readonly button = element('plug', HTMLButtonElement);
  private outUntil = 0;
  private hasTried = false;

  constructor(private readonly plug: Plug, actions: LinkActions) {
    this.button.addEventListener('click', () => (plug.isOut ? this.putBack() : this.pull()));
    this.again.addEventListener('click', () => actions.again(undefined));
    this.form.addEventListener('submit', (event) => {
      event.preventDefault();
      const token = this.token.value;
      this.token.value = '';
      if (token === '') return;
      this.hasTried = true;
      actions.again(token);
    });
  }

  /** A line of what happened. Added at the end, where it moves nothing. */
  tell(text: string): void {
    const item = document.createElement('li');
    const time = document.createElement('time');
    time.textContent = new Date().toTimeString().slice(0, 8);
    const what = document.createElement('span');
    what.textContent = text;
    item.append(time, what);
    this.events.append(item);
    while (this.events.childElementCount > eventsMax) this.events.firstElementChild?.remove();
    this.events.scrollTop = this.events.scrollHeight;
  }

  /** Shows where things stand now. @param isStalled There is a link, and no snapshot comes. */
  show(state: ClientState, standing: Standing, isStalled: boolean, now: number): void {
    if (this.plug.isOut && now >= this.outUntil) this.putBack();
    this.state.dataset['state'] = state.kind;
    this.state.dataset['tone'] = standing.tone;
    setText(this.label, standing.label);
    setText(this.now, standing.text);
    this.showPlug(standing, now);
    this.showCurtain(state, standing);
    const frozen = standing.hasSession && (!state.isConnected || isStalled);
    this.stage.classList.toggle('frozen', frozen);
    this.banner.hidden = !frozen;
    if (frozen) setText(this.banner, state.isConnected ? 'No frames come. The picture stands still.' : 'The link is lost. The picture stands still.');
  }

  private showPlug(standing: Standing, now: number): void {
    const { isOut } = this.plug;
    this.button.disabled = !standing.hasSession;
    this.button.classList.toggle('out', isOut);
    setText(this.button, isOut ? `Plug in now (${Math.max(Math.ceil((this.outUntil - now) / 1_000), 0)} s)` : 'Pull the plug');
  }

  // In front of the arena while there is no session to show one of.
  private showCurtain(state: ClientState, standing: Standing): void {
    this.curtain.hidden = standing.hasSession;
    if (standing.hasSession) return;
    const refused = isRefusal(state);
    if (this.form.hidden === refused) {
      this.form.hidden = !refused;
      if (refused) this.token.focus();
    }

    this.again.hidden = state.kind !== 'Closed' || refused;
    setText(this.title, refused ? 'This arena asks for a token' : standing.label);
    setText(this.text, refused ? (this.hasTried ? wrongToken : noToken) : standing.text);
  }

  private pull(): void {
    this.outUntil = performance.now() + outMs;
    this.tell('You pulled the plug: the link ends without a word to the server.');
    this.plug.pull();
  }

  private putBack(): void {
    this.plug.putBack();
    this.tell('The plug is in again.');
  }
}
