import { element, setText } from './Elements.ts';
import { cleanName, nameMax } from './Names.ts';
import { Stored } from './Stored.ts';

/** The player's own name: kept in this browser, and said to whom it concerns when it changes. */
export class NameForm {
  private readonly stored = new Stored('arena.name', 'local');
  private readonly input = element('name-input', HTMLInputElement);
  private readonly button = element('name-save', HTMLButtonElement);
  private readonly hint = element('name-hint', HTMLSpanElement);

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
      setText(this.button, 'Saved');
      changed(name);
    });
  }

  private complain(text: string): void {
    setText(this.hint, text);
    setText(this.button, 'Save');
    this.input.setAttribute('aria-invalid', String(text !== ''));
  }
}
