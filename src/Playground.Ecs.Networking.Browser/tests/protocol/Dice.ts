/** Random numbers from a seed (mulberry32): a failure names the seed, and the seed is the failure. */
export class Dice {
  constructor(private state: number) {}

  below(end: number): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * end);
  }

  bytes(length: number): Uint8Array {
    return Uint8Array.from({ length }, () => this.below(256));
  }

  /** The bytes with some of them changed, and cut or lengthened now and then. */
  mutate(bytes: Uint8Array): Uint8Array {
    const changed = [...bytes];
    for (let times = this.below(4); times > 0; times--) changed[this.below(changed.length + 1)] = this.below(256);
    return Uint8Array.from(this.below(3) === 0 ? changed.slice(0, this.below(changed.length + 1)) : changed);
  }
}
