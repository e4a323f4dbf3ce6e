// ARENA.md, "Snapshot": a header of 8 bytes, then 8 for each body.
const headerBytes = 8;
const bodyBytes = 8;

export const playerKind = 1;

/** All bodies of one frame of the server, as columns that are used again for later frames. */
export class Snapshot {
  /** The frame's number as sent, 32 bits that wrap. */
  wireFrame = 0;

  /** The same, counted on without wrapping; set by the buffer. */
  frame = 0;

  /** Bodies; the columns may be longer. */
  count = 0;
  numbers = new Uint16Array(256);
  xs = new Uint16Array(256);
  ys = new Uint16Array(256);
  kinds = new Uint8Array(256);
  hues = new Uint8Array(256);

  /** Reads a packet's payload. False when it is no snapshot: what was here before is then gone. */
  read(data: Uint8Array): boolean {
    this.count = 0;
    if (data.length < headerBytes) return false;
    const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
    const count = view.getUint16(4, true);
    if (data.length !== headerBytes + count * bodyBytes) return false;
    this.makeRoom(count);
    for (let i = 0, at = headerBytes; i < count; i++, at += bodyBytes) {
      const number = view.getUint16(at, true);
      if (number === 0) return false;
      this.numbers[i] = number;
      this.xs[i] = view.getUint16(at + 2, true);
      this.ys[i] = view.getUint16(at + 4, true);
      this.kinds[i] = view.getUint8(at + 6);
      this.hues[i] = view.getUint8(at + 7);
    }

    this.wireFrame = view.getUint32(0, true);
    this.count = count;
    return true;
  }

  private makeRoom(count: number): void {
    if (count <= this.numbers.length) return;
    const room = count * 2;
    this.numbers = new Uint16Array(room);
    this.xs = new Uint16Array(room);
    this.ys = new Uint16Array(room);
    this.kinds = new Uint8Array(room);
    this.hues = new Uint8Array(room);
  }
}
