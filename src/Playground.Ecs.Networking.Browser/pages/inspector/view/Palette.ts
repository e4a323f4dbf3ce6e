/** The colours that are drawn on a canvas, which cannot use the style sheet's names. */
export class Palette {
  private readonly known = new Map<string, string>();

  constructor() {
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => {
      this.known.clear();
      for (const listener of this.listeners) listener();
    });
  }

  private readonly listeners: (() => void)[] = [];

  /** Calls when the colours are others. */
  onChange(listener: () => void): void {
    this.listeners.push(listener);
  }

  /** The value of a custom property, as of the scheme now. */
  of(name: string): string {
    const known = this.known.get(name);
    if (known !== undefined) return known;
    const value = getComputedStyle(document.documentElement).getPropertyValue(name).trim();
    this.known.set(name, value);
    return value;
  }
}
