import type { WebSocketLike } from 'playground-ecs-networking';

type Make = (url: string, subprotocol: string) => WebSocketLike;

// RFC 6455, section 7.4.1: the link ended, and nobody said why.
const abnormal = 1006;

/**
 * The cable between this page and the network. A page cannot break a TCP connection, so a link that is pulled out is deaf and dumb from then on:
 * its client hears that it ended without a closing handshake and nothing more, and no Goodbye or code of the session's reaches the server. While the
 * plug is out, no new link can be made.
 */
export class Plug {
  private current: WebSocketLike | undefined;
  private out = false;

  constructor(private readonly make: Make = (url, subprotocol) => new WebSocket(url, subprotocol)) {}

  get isOut(): boolean {
    return this.out;
  }

  /** For ClientOptions.webSocket. */
  readonly connect: Make = (url, subprotocol) => {
    if (this.out) throw new Error('the plug is out');
    this.current = this.make(url, subprotocol);
    return this.current;
  };

  pull(): void {
    const { current } = this;
    this.out = true;
    this.current = undefined;
    if (current === undefined) return;
    const { onclose } = current as { readonly onclose: ((event: { readonly code: number; readonly reason: string }) => void) | null };
    current.onopen = current.onmessage = current.onclose = null;
    current.onerror = () => undefined;
    current.close();
    onclose?.({ code: abnormal, reason: '' });
  }

  putBack(): void {
    this.out = false;
  }
}
