import { viewOf } from './PacketHeader.ts';
import { ProtocolLimits } from './ProtocolLimits.ts';

/** A payload that is no message: read by whoever called the reader, never by the application. */
export class MalformedFields extends Error {}

const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Reads the fields of one message in order, as PROTOCOL.md, section 6, asks: wrong types, numbers out of range, bad UTF-8, lengths beyond the
 * payload and what is nested too deep are refused, by an exception that `readMessage` turns into a value. Bytes are slices of the payload.
 */
export class FieldReader {
  private readonly view: DataView;
  private offset = 0;

  constructor(private readonly payload: Uint8Array) {
    this.view = viewOf(payload);
  }

  get isExhausted(): boolean {
    return this.offset === this.payload.length;
  }

  /** Bytes that are not yet read. */
  get left(): number {
    return this.payload.length - this.offset;
  }

  readArrayHeader(): number {
    const code = this.next();
    if (code >= 0x90 && code <= 0x9f) return code - 0x90;
    if (code === 0xdc) return this.unsigned(2);
    if (code === 0xdd) return this.unsigned(4);
    return refuse('an array is expected');
  }

  readUInt8(): number {
    return this.readBelow(0x100n);
  }

  readUInt16(): number {
    return this.readBelow(0x1_0000n);
  }

  readUInt32(): number {
    return this.readBelow(0x1_0000_0000n);
  }

  readUInt64(): bigint {
    const value = this.integer(this.next());
    return value < 0n ? refuse('a number is negative') : value;
  }

  readBoolean(): boolean {
    const code = this.next();
    if (code !== 0xc2 && code !== 0xc3) return refuse('a boolean is expected');
    return code === 0xc3;
  }

  /** An f64; an integer counts as one. */
  readNumber(): number {
    const code = this.peek();
    if (code !== 0xca && code !== 0xcb) return Number(this.integer(this.next()));
    this.offset++;
    const begin = this.take(code === 0xca ? 4 : 8);
    return code === 0xca ? this.view.getFloat32(begin) : this.view.getFloat64(begin);
  }

  readString(): string {
    const bytes = this.blob(this.stringBytes(this.next()));
    try {
      return strictUtf8.decode(bytes);
    } catch {
      return refuse('a string is no UTF-8');
    }
  }

  readBytes(): Uint8Array {
    return this.blob(this.binBytes(this.next()));
  }

  /** A number or a name. */
  readChannel(): number | string {
    return isStringCode(this.peek()) ? this.readString() : this.readUInt16();
  }

  optional<T>(read: () => T): T | null {
    if (this.peek() !== 0xc0) return read();
    this.offset++;
    return null;
  }

  /** Any value as it is, checked to its end. */
  readRaw(): Uint8Array {
    const begin = this.offset;
    this.skipValues(1, ProtocolLimits.maxNesting);
    return this.payload.subarray(begin, this.offset);
  }

  /** Passes over values, nested at most so deep. Iterative, one step per byte at most. */
  skipValues(count: number, nestingMax: number): void {
    const left = [count];
    while (left.length > 0) {
      const depth = left.length - 1;
      const missing = left[depth] ?? 0;
      if (missing === 0) {
        left.pop();
        continue;
      }

      left[depth] = missing - 1;
      const children = this.skipHeadOrScalar();
      if (children === undefined) continue;
      if (left.length > nestingMax) refuse('a value is nested too deep');
      left.push(children);
    }
  }

  // The number of values inside an array or a map; undefined after anything else, which is passed over whole.
  private skipHeadOrScalar(): number | undefined {
    const code = this.next();
    if (code <= 0x7f || code >= 0xe0) return undefined;
    if (code <= 0x8f) return 2 * (code - 0x80);
    if (code <= 0x9f) return code - 0x90;
    if (isStringCode(code)) return this.skip(this.stringBytes(code));
    if (code >= 0xc4 && code <= 0xc6) return this.skip(this.binBytes(code));
    if (code >= 0xc7 && code <= 0xc9) return this.skip(1 + this.unsigned(1 << (code - 0xc7)));
    if (code >= 0xd4 && code <= 0xd8) return this.skip(1 + (1 << (code - 0xd4)));
    if (code === 0xca || code === 0xcb) return this.skip(code === 0xca ? 4 : 8);
    if (code >= 0xcc && code <= 0xcf) return this.skip(1 << (code - 0xcc));
    if (code >= 0xd0 && code <= 0xd3) return this.skip(1 << (code - 0xd0));
    if (code === 0xdc || code === 0xdd) return this.unsigned(code === 0xdc ? 2 : 4);
    if (code === 0xde || code === 0xdf) return 2 * this.unsigned(code === 0xde ? 2 : 4);
    return code === 0xc1 ? refuse('the byte 0xC1 stands for nothing') : undefined;
  }

  private skip(bytes: number): undefined {
    this.take(bytes);
    return undefined;
  }

  private readBelow(end: bigint): number {
    const value = this.readUInt64();
    return value < end ? Number(value) : refuse('a number is out of its range');
  }

  private integer(code: number): bigint {
    if (code <= 0x7f) return BigInt(code);
    if (code >= 0xe0) return BigInt(code - 0x100);
    switch (code) {
      case 0xcc:
      case 0xcd:
      case 0xce:
        return BigInt(this.unsigned(1 << (code - 0xcc)));
      case 0xcf:
        return this.view.getBigUint64(this.take(8));
      case 0xd0:
        return BigInt(this.view.getInt8(this.take(1)));
      case 0xd1:
        return BigInt(this.view.getInt16(this.take(2)));
      case 0xd2:
        return BigInt(this.view.getInt32(this.take(4)));
      case 0xd3:
        return this.view.getBigInt64(this.take(8));
      default:
        return refuse('an integer is expected');
    }
  }

  private stringBytes(code: number): number {
    if (code >= 0xa0 && code <= 0xbf) return code - 0xa0;
    return code >= 0xd9 && code <= 0xdb ? this.unsigned(1 << (code - 0xd9)) : refuse('a string is expected');
  }

  private binBytes(code: number): number {
    return code >= 0xc4 && code <= 0xc6 ? this.unsigned(1 << (code - 0xc4)) : refuse('bytes are expected');
  }

  private blob(bytes: number): Uint8Array {
    const begin = this.take(bytes);
    return this.payload.subarray(begin, begin + bytes);
  }

  private unsigned(bytes: number): number {
    const begin = this.take(bytes);
    if (bytes === 1) return this.view.getUint8(begin);
    return bytes === 2 ? this.view.getUint16(begin) : this.view.getUint32(begin);
  }

  private peek(): number {
    return this.payload[this.offset] ?? refuse('the payload is cut');
  }

  private next(): number {
    const code = this.peek();
    this.offset++;
    return code;
  }

  private take(bytes: number): number {
    if (bytes > this.left) refuse('the payload is cut');
    const begin = this.offset;
    this.offset += bytes;
    return begin;
  }
}

function isStringCode(code: number): boolean {
  return (code >= 0xa0 && code <= 0xbf) || (code >= 0xd9 && code <= 0xdb);
}

function refuse(why: string): never {
  throw new MalformedFields(why);
}
