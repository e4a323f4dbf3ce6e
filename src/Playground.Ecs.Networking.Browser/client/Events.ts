/** A listener for each event of a map from names to what they bring. */
export type Listener<T> = (value: T) => void;

/** The listeners of one kind of object, typed by its map of events. */
export class Events<Map extends object> {
  private readonly listeners: { [Name in keyof Map]?: readonly Listener<Map[Name]>[] } = {};

  /** Adds a listener; returns what removes it. */
  on<Name extends keyof Map>(name: Name, listener: Listener<Map[Name]>): () => void {
    this.listeners[name] = [...this.of(name), listener];
    return () => {
      this.listeners[name] = this.of(name).filter((one) => one !== listener);
    };
  }

  has(name: keyof Map): boolean {
    return this.of(name).length > 0;
  }

  /** Calls all of them, whatever one of them throws. */
  emit<Name extends keyof Map>(name: Name, value: Map[Name], report: (fault: unknown) => void): void {
    for (const listener of this.of(name)) {
      try {
        listener(value);
      } catch (fault) {
        report(fault);
      }
    }
  }

  private of<Name extends keyof Map>(name: Name): readonly Listener<Map[Name]>[] {
    return this.listeners[name] ?? [];
  }
}
