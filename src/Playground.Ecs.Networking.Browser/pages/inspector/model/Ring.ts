/** The newest values, at most so many: adding one beyond that drops the oldest. */
export class Ring<T> {
  private readonly slots: T[] = [];
  private first = 0;

  constructor(readonly capacity: number) {
    if (!Number.isSafeInteger(capacity) || capacity < 1) throw new RangeError('A ring has room for one value at least.');
  }

  get length(): number {
    return this.slots.length;
  }

  /** Adds a value; returns the one that it displaced. */
  push(value: T): T | undefined {
    if (this.slots.length < this.capacity) {
      this.slots.push(value);
      return undefined;
    }

    const displaced = this.slots[this.first];
    this.slots[this.first] = value;
    this.first = (this.first + 1) % this.capacity;
    return displaced;
  }

  /** The value at a place, 0 the oldest. */
  at(index: number): T | undefined {
    return index < 0 || index >= this.slots.length ? undefined : this.slots[(this.first + index) % this.slots.length];
  }

  get newest(): T | undefined {
    return this.at(this.length - 1);
  }

  clear(): void {
    this.slots.length = 0;
    this.first = 0;
  }

  /** From the oldest to the newest. */
  *[Symbol.iterator](): Generator<T> {
    for (let index = 0; index < this.slots.length; index++) yield this.slots[(this.first + index) % this.slots.length] as T;
  }
}
