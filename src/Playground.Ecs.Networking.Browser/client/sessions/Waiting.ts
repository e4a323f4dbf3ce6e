import { errorFromPeer, type NetworkError, networkError } from '../protocol/NetworkError.ts';
import { done, failed, type NetworkResult, ok } from '../protocol/NetworkResult.ts';
import type { Reply, Response } from '../protocol/Messages.ts';
import type { OutPacket } from './OutPacket.ts';

/** Something that ends exactly once: with an outcome, an error, or at its deadline (in ms; Infinity: never). */
export abstract class Waiting {
  /** Its packet while that waits in the outbox; undefined once all of it was written. */
  packet: OutPacket | undefined;
  isOver = false;

  constructor(readonly deadline: number) {}

  fail(error: NetworkError): void {
    if (this.tryEnd()) this.failed(error);
  }

  timeOut(): void {
    this.fail(networkError('Timeout', this.timeoutWords));
  }

  protected tryEnd(): boolean {
    if (this.isOver) return false;
    this.isOver = true;
    return true;
  }

  protected abstract readonly timeoutWords: string;

  protected abstract failed(error: NetworkError): void;
}

/** A reliable packet whose sender wants to know that it arrived. */
export class Delivery extends Waiting {
  protected readonly timeoutWords = 'no acknowledgement came in time';

  /** The number of its last packet, once that is written. */
  last = 0;

  constructor(private readonly acknowledged: (result: NetworkResult) => void, deadline: number) {
    super(deadline);
  }

  acknowledge(): void {
    if (this.tryEnd()) this.acknowledged(ok());
  }

  protected failed(error: NetworkError): void {
    this.acknowledged(failed(error));
  }
}

/** A question with a number, which waits for its answer. */
export abstract class Question extends Waiting {
  protected readonly timeoutWords = 'no answer came in time';

  constructor(readonly id: number, deadline: number) {
    super(deadline);
  }
}

/** A question to a channel's owner. */
export class ChannelQuestion extends Question {
  constructor(id: number, readonly channel: number, private readonly answered: (result: NetworkResult<Uint8Array>) => void, deadline: number) {
    super(id, deadline);
  }

  answer(response: Response): void {
    if (!this.tryEnd()) return;
    if (response.error === 0) this.answered(done(response.body));
    else this.answered(failed(errorFromPeer(response.error, response.message, this.channel)));
  }

  protected failed(error: NetworkError): void {
    this.answered(failed(error));
  }
}

/** A question to the server itself, over channel 0. */
export class ControlQuestion extends Question {
  constructor(id: number, private readonly replied: (result: NetworkResult<Reply>) => void, deadline: number) {
    super(id, deadline);
  }

  answer(reply: Reply): void {
    if (!this.tryEnd()) return;
    if (reply.error === 0) this.replied(done(reply));
    else this.replied(failed(errorFromPeer(reply.error, reply.message)));
  }

  protected failed(error: NetworkError): void {
    this.replied(failed(error));
  }
}
