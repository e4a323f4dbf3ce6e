import type { ResolvedOptions } from '../ClientOptions.ts';
import { type ClientState, closed, idle } from '../ClientState.ts';
import { CloseCode } from '../protocol/CloseCodes.ts';
import type { Goodbye } from '../protocol/Messages.ts';
import { type NetworkError, networkError, unsupportedVersion } from '../protocol/NetworkError.ts';
import type { ClientEvent } from './ClientEvent.ts';
import { Deadlines } from './Deadlines.ts';
import { LinkCycle } from './LinkCycle.ts';
import { Liveness } from './Liveness.ts';
import { Outbox } from './Outbox.ts';
import { Questions } from './Questions.ts';
import { ReliableStream } from './ReliableStream.ts';
import { SessionCounters } from './SessionCounters.ts';

/** What the receiving and the sending side of a ClientSession share. */
export class SessionCore {
  readonly counters = new SessionCounters();
  readonly link: LinkCycle;
  readonly liveness: Liveness;
  readonly outbox: Outbox;
  readonly questions: Questions;
  readonly deadlines = new Deadlines();
  stream: ReliableStream;

  /** What waits for the driver; emptied after every message, so that it holds what one message brought. */
  events: ClientEvent[] = [];
  state: ClientState = idle;
  peerId = '';
  resumeToken: Uint8Array = new Uint8Array(0);
  authToken: string | undefined;
  now = 0;

  /** Counts this client's sessions; 0 before the first Welcome. */
  session = 0;

  /** The largest payload that the server takes, in bytes. */
  maxPacketBytes: number;
  pongs: bigint[] = [];
  owesHello = false;
  farewell: Goodbye | undefined;

  constructor(readonly options: ResolvedOptions) {
    this.link = new LinkCycle(options);
    this.liveness = new Liveness(options);
    this.outbox = new Outbox(options, this.counters);
    this.questions = new Questions(options);
    this.stream = new ReliableStream(options);
    this.maxPacketBytes = options.maxPacketBytes;
  }

  /** Whether a link takes messages of the server. */
  get isReceiving(): boolean {
    return this.link.phase === 'Greeting' || this.link.phase === 'Live';
  }

  enter(state: ClientState): void {
    if (state.kind === 'Closed') this.endSession(state.error);
    this.state = state;
    this.events.push({ kind: 'State', state });
  }

  finish(error: NetworkError | undefined): void {
    this.link.finish();
    this.enter(closed(error));
  }

  /** The server has done what this side cannot go on after: the session ends, and the server is told where it can be. */
  violate(code: CloseCode, detail: string, serverVersion?: number): void {
    const error = serverVersion === undefined ? networkError('MalformedPacket', detail) : unsupportedVersion(serverVersion);
    if (this.link.phase === 'Live') this.farewell = { error: error.code, reason: detail, retryAfterMs: 0 };
    this.link.close(code, detail, error, true);
  }

  /** Fails everything reliable, sent or about to be. */
  fail(error: NetworkError): void {
    this.outbox.failReliable(error);
    this.stream.fail(error);
    this.questions.fail(error);
    this.deadlines.clear();
  }

  private endSession(error: NetworkError | undefined): void {
    this.outbox.discardUnreliable();
    this.fail(networkError('NotConnected', error === undefined ? 'the client is closed' : `the session ended: ${error.message}`));
    this.resumeToken = new Uint8Array(0);
  }
}
