import type { ResolvedOptions } from '../ClientOptions.ts';
import type { Reply, Response } from '../protocol/Messages.ts';
import { limitExceeded, type NetworkError } from '../protocol/NetworkError.ts';
import { done, failed, type NetworkResult } from '../protocol/NetworkResult.ts';
import { ChannelQuestion, ControlQuestion, type Question } from './Waiting.ts';

/** The questions of one session that wait for their answers, by number (PROTOCOL.md, section 6). */
export class Questions {
  private readonly waiting = new Map<number, Question>();
  private lastId = 0;

  constructor(private readonly options: ResolvedOptions) {}

  get count(): number {
    return this.waiting.size;
  }

  /** A number that no waiting question has; LimitExceeded. */
  nextId(): NetworkResult<number> {
    const max = this.options.pendingRequestsMax;
    if (this.waiting.size >= max) return failed(limitExceeded('pendingRequestsMax', max, this.waiting.size + 1));
    do this.lastId = (this.lastId + 1) >>> 0;
    while (this.waiting.has(this.lastId));
    return done(this.lastId);
  }

  add(question: Question): void {
    this.waiting.set(question.id, question);
  }

  remove(question: Question): void {
    this.waiting.delete(question.id);
  }

  /** False when nobody waits for it. */
  tryReply(reply: Reply): boolean {
    const question = this.waiting.get(reply.id);
    if (!(question instanceof ControlQuestion)) return false;
    this.waiting.delete(reply.id);
    question.answer(reply);
    return true;
  }

  /** False when nobody waits for it on this channel. */
  tryAnswer(channel: number, response: Response): boolean {
    const question = this.waiting.get(response.id);
    if (!(question instanceof ChannelQuestion) || question.channel !== channel) return false;
    this.waiting.delete(response.id);
    question.answer(response);
    return true;
  }

  fail(error: NetworkError): void {
    const all = [...this.waiting.values()];
    this.waiting.clear();
    for (const question of all) question.fail(error);
  }
}
