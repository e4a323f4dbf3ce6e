/** A body of a snapshot, in the numbers of the wire. */
export interface WireBody {
  readonly number: number;
  readonly x?: number;
  readonly y?: number;
  readonly kind?: number;
  readonly hue?: number;
}

/** A snapshot as ARENA.md lays it out. */
export function snapshotBytes(frame: number, bodies: readonly WireBody[]): Uint8Array {
  const bytes = new Uint8Array(8 + bodies.length * 8);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, frame, true);
  view.setUint16(4, bodies.length, true);
  bodies.forEach(({ number, x = 0, y = 0, kind = 0, hue = 0 }, i) => {
    view.setUint16(8 + i * 8, number, true);
    view.setUint16(10 + i * 8, x, true);
    view.setUint16(12 + i * 8, y, true);
    view.setUint8(14 + i * 8, kind);
    view.setUint8(15 + i * 8, hue);
  });
  return bytes;
}
