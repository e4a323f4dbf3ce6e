import { ProtocolLimits } from './ProtocolLimits.ts';
import { nextSequence, sequenceDistance } from './Sequence.ts';

/** The next one, one that was accepted before, or one that cannot come next on a WebSocket, which loses nothing (4505). */
export type ReliableStatus = 'Next' | 'Duplicate' | 'Gap';

/** The receiving side of reliable delivery in one session (PROTOCOL.md, section 8): every packet once, in order, over any number of links. */
export class ReliableReceiver {
  /** True while something was accepted that the other side has not been told of, or seems not to know of. */
  owesAck = false;

  constructor(public lastReceived: number) {}

  /** Judges the next reliable packet of the link; changes nothing. */
  check(sequence: number): ReliableStatus {
    const steps = sequenceDistance(this.lastReceived, sequence);
    if (steps === 1) return 'Next';
    return steps <= 0 && steps > -ProtocolLimits.reliableWindowPackets ? 'Duplicate' : 'Gap';
  }

  /** Takes the packet that `check` called the next one. */
  accept(): void {
    this.lastReceived = nextSequence(this.lastReceived);
    this.owesAck = true;
  }

  /** Drops a duplicate. Whoever repeats it does not know that it was received, and would wait for an acknowledgement. */
  drop(): void {
    this.owesAck = true;
  }

  /** To be called when the other side is told of `lastReceived`. */
  acknowledged(): void {
    this.owesAck = false;
  }
}
