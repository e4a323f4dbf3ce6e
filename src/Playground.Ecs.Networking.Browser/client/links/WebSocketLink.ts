import type { ResolvedOptions, WebSocketLike } from '../ClientOptions.ts';
import { CloseCode } from '../protocol/CloseCodes.ts';
import { ProtocolLimits } from '../protocol/ProtocolLimits.ts';

/** What a link tells its driver; nothing after `closed`, `failed` or `abandon`. */
export interface LinkListener {
  opened(): void;
  received(message: Uint8Array): void;
  receivedText(): void;

  /** It was open and has ended; 1006 without a closing handshake. */
  closed(code: number, reason: string): void;

  /** It could not be opened. */
  failed(reason: string): void;
}

// RFC 6455, section 5.5: a control frame has 125 bytes, two of which are the code.
const reasonBytesMax = 123;

// WebSocket.OPEN; not every platform has that name.
const open = 1;

/** A link over a WebSocket of the platform, which it owns. */
export class WebSocketLink {
  private readonly socket: WebSocketLike;
  private listener: LinkListener | undefined;
  private wasOpen = false;

  /** Begins to open. @throws whatever making the WebSocket throws. */
  constructor(options: ResolvedOptions, listener: LinkListener) {
    this.listener = listener;
    this.socket = (options.webSocket ?? makeWebSocket)(options.url, ProtocolLimits.subprotocol);
    this.socket.binaryType = 'arraybuffer';
    this.socket.onopen = () => this.opened();
    this.socket.onmessage = (event: MessageEvent<unknown>) => this.received(event.data);
    this.socket.onclose = (event: CloseEvent) => this.closed(event.code, event.reason);

    // The end follows, and says as much as a page may know.
    this.socket.onerror = () => undefined;
  }

  /** Bytes that the platform holds and has not yet sent. */
  get bufferedBytes(): number {
    return this.socket.bufferedAmount;
  }

  send(message: Uint8Array<ArrayBuffer>): void {
    // Once the closing handshake has begun the platform drops it, and complains to the console.
    if (this.socket.readyState === open) this.socket.send(message);
  }

  /** Begins the closing handshake. */
  close(code: number, reason: string): void {
    this.socket.close(codeForPages(code), shorten(reason));
  }

  /** Ends the link for its listener at once: a page cannot abort a WebSocket, but it need not wait for one. */
  abandon(): void {
    this.listener = undefined;
    this.socket.close();
  }

  private opened(): void {
    this.wasOpen = true;
    this.listener?.opened();
  }

  private received(data: unknown): void {
    if (data instanceof ArrayBuffer) this.listener?.received(new Uint8Array(data));
    else this.listener?.receivedText();
  }

  private closed(code: number, reason: string): void {
    const { listener } = this;
    this.listener = undefined;
    if (this.wasOpen) listener?.closed(code, reason);
    else listener?.failed('the WebSocket could not be opened');
  }
}

function makeWebSocket(url: string, subprotocol: string): WebSocketLike {
  return new WebSocket(url, subprotocol);
}

// A page may close with 1000 and 3000-4999 alone; the others that the protocol has for a server's fault are as final as 4501.
function codeForPages(code: number): number {
  return code === CloseCode.Normal || (code >= 3000 && code <= 4999) ? code : CloseCode.Malformed;
}

function shorten(reason: string): string {
  const bytes = new Uint8Array(reasonBytesMax);
  return reason.slice(0, new TextEncoder().encodeInto(reason, bytes).read);
}
