import { element, setText } from './Elements.ts';
import { cleanName, nameMax } from './Names.ts';
import { Stored } from './Stored.ts';

/** The player's own name: kept in this browser, and said to whom it concerns when it changes. Then the field has the keys, which move the body. */
export class NameForm {
  private readonly stored = new Stored('arena.name', 'local');
  private readonly input = element('name-input', HTMLInputElement);
  private readonly button = element('name-save', HTMLButtonElement);
  private readonly hint = element('name-hint', HTMLSpanElement);
  private readonly world = element('world', HTMLCanvasElement);

  /** The name; undefined while the player has none. */
  name = cleanName(this.stored.value ?? '');

  constructor(changed: (name: string) => void) {
    this.input.value = this.name ?? '';
    this.input.placeholder = 'Nameless';
    this.input.addEventListener('input', () => this.complain(''));
    element('name-form', HTMLFormElement).addEventListener('submit', (event) => {
      event.preventDefault();
      const name = cleanName(this.input.value);
      this.complain(name === undefined ? `1 to ${nameMax} visible characters` : '');
      if (name === undefined) return;
      this.name = this.stored.value = this.input.value = name;
      this.saySaved(name);
      changed(name);
    });
  }

  private saySaved(name: string): void {
    setText(this.button, 'Saved');
    setText(this.hint, `Saved: you are ${name}. Keys move your body now.`);
    this.hint.classList.add('unseen');
    this.world.focus({ preventScroll: true });
  }

  private complain(text: string): void {
    setText(this.hint, text);
    this.hint.classList.remove('unseen');
    setText(this.button, 'Save');
    this.input.setAttribute('aria-invalid', String(text !== ''));
  }
}
