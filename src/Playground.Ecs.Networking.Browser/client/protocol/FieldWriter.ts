import { viewOf } from './PacketHeader.ts';

const utf8 = new TextEncoder();

/** Writes the fields of one message in the shortest form (PROTOCOL.md, section 6). */
export class FieldWriter {
  private bytes = new Uint8Array(64);
  private view = viewOf(this.bytes);
  private length = 0;

  /** A copy of what was written. */
  toBytes(): Uint8Array {
    return this.bytes.slice(0, this.length);
  }

  array(count: number): this {
    return this.head(count, 0x90, 15, [undefined, 0xdc, 0xdd]);
  }

  /** An unsigned integer: a whole number that is exact, or a bigint below 2^64. */
  uint(value: number | bigint): this {
    if (value > 0xffff_ffff) {
      this.byte(0xcf);
      this.view.setBigUint64(this.advance(8), BigInt(value));
      return this;
    }

    return this.head(Number(value), 0x00, 0x7f, [0xcc, 0xcd, 0xce]);
  }

  float(value: number): this {
    this.byte(0xcb);
    this.view.setFloat64(this.advance(8), value);
    return this;
  }

  bool(value: boolean): this {
    return this.byte(value ? 0xc3 : 0xc2);
  }

  nil(): this {
    return this.byte(0xc0);
  }

  str(value: string | null): this {
    if (value === null) return this.nil();
    const bytes = utf8.encode(value);
    return this.head(bytes.length, 0xa0, 31, [0xd9, 0xda, 0xdb]).raw(bytes);
  }

  bin(value: Uint8Array): this {
    return this.head(value.length, 0, -1, [0xc4, 0xc5, 0xc6]).raw(value);
  }

  /** A value that is MessagePack already. */
  raw(value: Uint8Array): this {
    const begin = this.advance(value.length);
    this.bytes.set(value, begin);
    return this;
  }

  // A length or a number: within the first byte where it fits there, or behind a code for 1, 2 or 4 bytes.
  private head(value: number, fixed: number, fixedMax: number, codes: readonly [number | undefined, number, number]): this {
    const [one, two, four] = codes;
    if (value <= fixedMax) return this.byte(fixed + value);
    if (one !== undefined && value <= 0xff) return this.byte(one).byte(value);
    if (value <= 0xffff) {
      this.byte(two);
      this.view.setUint16(this.advance(2), value);
      return this;
    }

    this.byte(four);
    this.view.setUint32(this.advance(4), value);
    return this;
  }

  private byte(value: number): this {
    const begin = this.advance(1);
    this.bytes[begin] = value;
    return this;
  }

  private advance(bytes: number): number {
    const begin = this.length;
    this.length += bytes;
    if (this.length > this.bytes.length) this.grow();
    return begin;
  }

  private grow(): void {
    const grown = new Uint8Array(2 * this.length);
    grown.set(this.bytes);
    this.bytes = grown;
    this.view = viewOf(grown);
  }
}
