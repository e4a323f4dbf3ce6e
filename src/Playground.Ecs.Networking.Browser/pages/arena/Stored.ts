// A browser may refuse to store, and says so by an exception at any touch of the storage.

/** A value that outlives the page, where the browser lets it. */
export class Stored {
  private readonly storage: () => Storage;

  /** @param kind local: until it is removed; session: as long as this tab. */
  constructor(private readonly key: string, kind: 'local' | 'session') {
    this.storage = kind === 'local' ? () => localStorage : () => sessionStorage;
  }

  get value(): string | undefined {
    return guarded(() => this.storage().getItem(this.key) ?? undefined);
  }

  set value(value: string | undefined) {
    guarded(() => {
      if (value === undefined) this.storage().removeItem(this.key);
      else this.storage().setItem(this.key, value);
    });
  }
}

function guarded<T>(touch: () => T): T | undefined {
  try {
    return touch();
  } catch (fault) {
    if (fault instanceof DOMException) return undefined;
    throw fault;
  }
}
