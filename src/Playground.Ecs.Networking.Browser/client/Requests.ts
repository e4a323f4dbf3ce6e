import type { ClientRequestHandler } from './ClientRequest.ts';
import type { LinkDriver } from './links/LinkDriver.ts';
import { limitExceeded, type NetworkError, networkError } from './protocol/NetworkError.ts';
import { done, failed, type NetworkResult } from './protocol/NetworkResult.ts';
import type { ClientEvent } from './sessions/ClientEvent.ts';

type RequestEvent = ClientEvent & { readonly kind: 'Request' };

/** The requests to this client, and its handlers at work on them. */
export class Requests {
  private session = new AbortController();
  private serving = 0;

  constructor(private readonly driver: LinkDriver, private readonly servedMax: number, private readonly report: (fault: unknown) => void) {}

  /** Has it answered, now or when the handler's promise settles. */
  serve(event: RequestEvent, handler: ClientRequestHandler | undefined): void {
    if (handler === undefined) {
      this.respond(event, failed(networkError('HandlerFailed', `nobody answers requests on channel ${event.channel}`)));
    } else if (this.serving >= this.servedMax) {
      this.respond(event, failed(limitExceeded('servedRequestsMax', this.servedMax, this.servedMax + 1)));
    } else {
      void this.work(event, handler, this.session.signal);
    }
  }

  /** Nobody waits any more for what the handlers work on. */
  endSession(): void {
    this.session.abort();
    this.session = new AbortController();
  }

  private async work(event: RequestEvent, handler: ClientRequestHandler, signal: AbortSignal): Promise<void> {
    this.serving++;
    let answer: NetworkResult<Uint8Array>;
    try {
      const { channel: channelId, type, body } = event;
      answer = resultOf(await handler({ channelId, type, body, priority: event.requestId.priority }, signal));
    } catch (fault) {
      if (!signal.aborted) this.report(fault);
      answer = failed(networkError('HandlerFailed', `at channel ${event.channel}`));
    }

    this.serving--;
    this.respond(event, answer);
  }

  // Whose session is over asks no more, and nobody is left who could be told.
  private respond(event: RequestEvent, answer: NetworkResult<Uint8Array>): void {
    const queued = this.driver.enter((session) => session.respond(event.channel, event.requestId, answer));
    if (!queued.isOk && queued.error.kind !== 'NotConnected') this.report(new Error(`A request could not be answered: ${queued.error.message}`));
  }
}

function resultOf(answer: Uint8Array | NetworkError): NetworkResult<Uint8Array> {
  return answer instanceof Uint8Array ? done(answer) : failed(answer);
}
