import type { NetworkError } from './protocol/NetworkError.ts';
import type { Priority } from './protocol/Priority.ts';

/** A question that this client was asked. */
export interface ClientRequest {
  readonly channelId: number;

  /** The channel's own request number. */
  readonly type: number;

  /** The lane that it came on, and the answer's. */
  readonly priority: Priority;

  /** The question. */
  readonly body: Uint8Array;
}

/**
 * Answers the requests to this client on a channel: the server's own, and those of others when this client owns the channel. Returns the
 * answer's bytes, or an error whose code and message the asker gets; what it throws is answered with HandlerFailed. The signal is aborted when the
 * session that asked is lost or closed: nobody waits for the answer any more.
 */
export type ClientRequestHandler = (
  request: ClientRequest,
  signal: AbortSignal,
) => Uint8Array | NetworkError | Promise<Uint8Array | NetworkError>;
