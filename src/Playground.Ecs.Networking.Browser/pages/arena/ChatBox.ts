import { element } from './Elements.ts';

const linesMax = 200;
const charsMax = 1_000;

/** The chat: its lines, and the field to write one. Text of others is text here and never markup. */
export class ChatBox {
  private readonly log = element('chat-log', HTMLDivElement);
  private readonly input = element('chat-input', HTMLInputElement);
  private readonly send = element('chat-send', HTMLButtonElement);
  private readonly hint = element('chat-hint', HTMLParagraphElement);

  /** @param say Takes a line that was written; resolves with why it was not delivered, or undefined when it was. */
  constructor(say: (text: string) => Promise<string | undefined>) {
    element('chat-form', HTMLFormElement).addEventListener('submit', (event) => {
      event.preventDefault();
      const text = this.input.value.trim();
      if (text === '' || this.input.disabled) return;
      this.input.value = '';
      void this.write(text, say);
    });
  }

  /** Somebody said something. */
  add(name: string, text: string, kind: 'own' | 'other' | 'model'): HTMLParagraphElement {
    const line = document.createElement('p');
    line.className = `line ${kind}`;
    const who = document.createElement('b');
    who.textContent = name;
    const what = document.createElement('span');
    what.textContent = text.slice(0, charsMax);
    line.append(who, ' ', what);
    const isAtEnd = this.log.scrollHeight - this.log.scrollTop - this.log.clientHeight < 40;
    this.log.append(line);
    while (this.log.childElementCount > linesMax) this.log.firstElementChild?.remove();
    if (isAtEnd || kind === 'own') this.log.scrollTop = this.log.scrollHeight;
    return line;
  }

  /** What the own lines are called from now on. */
  ownName = 'you';

  /** Whether one may write now, and what is to be said about it. */
  allow(mayWrite: boolean, hint: string): void {
    if (this.input.disabled === mayWrite) {
      this.input.disabled = this.send.disabled = !mayWrite;
    }

    if (this.hint.textContent !== hint) this.hint.textContent = hint;
  }

  private async write(text: string, say: (text: string) => Promise<string | undefined>): Promise<void> {
    const line = this.add(this.ownName, text, 'own');
    line.dataset['delivery'] = 'waiting';
    const failure = await say(text);
    line.dataset['delivery'] = failure === undefined ? 'delivered' : 'failed';
    if (failure === undefined) return;
    const note = document.createElement('small');
    note.textContent = `not delivered: ${failure}`;
    line.append(' ', note);
  }
}
