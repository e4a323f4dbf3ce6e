// The number of a reliable packet in its direction of a session: 16 bits that wrap around, compared by serial-number arithmetic
// (RFC 1982). There is no smaller and larger, only before and after within half the space: never compare them with < or >.

/** What has been received and sent before the first packet. */
export const beforeFirst = 0;

/** The number after this one; 0 follows 65535. */
export function nextSequence(sequence: number): number {
  return (sequence + 1) & 0xffff;
}

/** How many steps lead from `from` to `to`; negative when it comes before, -32768 to 32767. */
export function sequenceDistance(from: number, to: number): number {
  return ((to - from) << 16) >> 16;
}

/** Whether `sequence` comes after `other`; of two that are half the space apart neither does. */
export function isAfter(sequence: number, other: number): boolean {
  return sequenceDistance(other, sequence) > 0;
}
