import { headerBytes } from './protocol/PacketHeader.ts';
import { isValidName } from './protocol/Names.ts';
import { ProtocolLimits } from './protocol/ProtocolLimits.ts';
import { beforeFirst } from './protocol/Sequence.ts';

/** The part of a browser's WebSocket that the client uses; npm's `ws` has it too. */
export interface WebSocketLike {
  binaryType: string;
  readonly bufferedAmount: number;
  readonly readyState: number;
  onopen: ((event: never) => void) | null;
  onmessage: ((event: never) => void) | null;
  onclose: ((event: never) => void) | null;
  onerror: ((event: never) => void) | null;
  send(message: Uint8Array<ArrayBuffer>): void;
  close(code?: number, reason?: string): void;
}

/** Every limit, interval and choice of a NetworkClient, with its unit and default. Read once by the client's constructor. */
export interface ClientOptions {
  /** The server's WebSocket: ws or wss. Default: `/ws` on the page's own host, and ws://localhost:8080/ws outside a page. */
  readonly url?: string;

  /** What the client calls itself, for people: 1 to 255 bytes of UTF-8. Default "browser". */
  readonly clientName?: string;

  /** The credential of every Hello, at most 8,192 characters; a function gets it anew for every link. Default: none. */
  readonly authToken?: string | (() => string | undefined | Promise<string | undefined>);

  /** Makes each new WebSocket. Default: the platform's. */
  readonly webSocket?: (url: string, subprotocol: string) => WebSocketLike;

  /** Time for a WebSocket to open, its credential included, in ms. Default 10,000. */
  readonly connectTimeoutMs?: number;

  /** Silence of the server after which a link is given up; its Welcome must come as quickly. In ms, default 10,000. */
  readonly heartbeatTimeoutMs?: number;

  /** Time without progress while something reliable is unacknowledged, after which a link is given up. In ms, default 5,000. */
  readonly ackTimeoutMs?: number;

  /** The longest first wait before a new link; it doubles with every failure, and the wait is chosen at random below. In ms, default 250. */
  readonly reconnectDelayMinMs?: number;

  /** Where the doubling ends, in ms. Default 15,000. */
  readonly reconnectDelayMaxMs?: number;

  /** The longest wait that a server may ask for before the next link, in ms. Default 300,000. */
  readonly retryAfterMaxMs?: number;

  /** Time for what waits, Goodbye and the closing handshake, in ms. Default 2,000. */
  readonly closeTimeoutMs?: number;

  /** How long requests wait for their answer unless the call says otherwise, in ms. Default 10,000. */
  readonly requestTimeoutMs?: number;

  /** The largest payload of one packet in either direction, fragments joined, in bytes; the server's own limit counts too. Default 262,144. */
  readonly maxPacketBytes?: number;

  /** Bytes that wait to be sent, packet headers included; also while there is no link. Default 524,288. */
  readonly sendQueueBytes?: number;

  /** Bytes of reliable packets that are written and unacknowledged. Default 524,288. */
  readonly reliableWindowBytes?: number;

  /** Requests of this client that wait for their answer. Default 1,024. */
  readonly pendingRequestsMax?: number;

  /** Requests to this client that its handlers work on at once; further ones are answered with LimitExceeded. Default 64. */
  readonly servedRequestsMax?: number;

  /** Random numbers from 0 to below 1, for the waits. Default `Math.random`. */
  readonly random?: () => number;
}

/** The options with their defaults. */
export interface ResolvedOptions extends Required<Omit<ClientOptions, 'authToken' | 'webSocket'>> {
  readonly authToken: ClientOptions['authToken'];
  readonly webSocket: ClientOptions['webSocket'];

  // What counts as the last sequence before the first one, in both directions: tests begin just before the wrap-around.
  readonly initialSequence: number;
}

export const authTokenCharsMax = 8_192;
const dayMs = 24 * 60 * 60 * 1_000;

/** The options with their defaults, checked. @throws RangeError that names the option and its rule. */
export function resolveOptions(options: ClientOptions, initialSequence: number = beforeFirst): ResolvedOptions {
  const resolved: ResolvedOptions = {
    url: options.url ?? defaultUrl(),
    clientName: options.clientName ?? 'browser',
    authToken: options.authToken,
    webSocket: options.webSocket,
    connectTimeoutMs: options.connectTimeoutMs ?? 10_000,
    heartbeatTimeoutMs: options.heartbeatTimeoutMs ?? 10_000,
    ackTimeoutMs: options.ackTimeoutMs ?? 5_000,
    reconnectDelayMinMs: options.reconnectDelayMinMs ?? 250,
    reconnectDelayMaxMs: options.reconnectDelayMaxMs ?? 15_000,
    retryAfterMaxMs: options.retryAfterMaxMs ?? 300_000,
    closeTimeoutMs: options.closeTimeoutMs ?? 2_000,
    requestTimeoutMs: options.requestTimeoutMs ?? 10_000,
    maxPacketBytes: options.maxPacketBytes ?? ProtocolLimits.defaultMaxPacketBytes,
    sendQueueBytes: options.sendQueueBytes ?? 512 * 1_024,
    reliableWindowBytes: options.reliableWindowBytes ?? ProtocolLimits.defaultReliableWindowBytes,
    pendingRequestsMax: options.pendingRequestsMax ?? 1_024,
    servedRequestsMax: options.servedRequestsMax ?? 64,
    random: options.random ?? Math.random,
    initialSequence,
  };
  check(resolved);
  return resolved;
}

// Outside a page there is no location.
function defaultUrl(): string {
  const place: { readonly location?: { readonly protocol: string; readonly host: string } } = globalThis;
  if (place.location === undefined) return 'ws://localhost:8080/ws';
  return `${place.location.protocol === 'https:' ? 'wss' : 'ws'}://${place.location.host}/ws`;
}

function check(options: ResolvedOptions): void {
  rule(/^wss?:\/\/\S+$/.test(options.url), 'url', 'an absolute ws or wss address');
  rule(isValidName(options.clientName), 'clientName', '1 to 255 bytes of UTF-8 without control characters');
  const token = options.authToken;
  rule(typeof token !== 'string' || token.length <= authTokenCharsMax, 'authToken', 'at most 8,192 characters');
  checkTimes(options);
  rule(isCount(options.maxPacketBytes), 'maxPacketBytes', 'positive');
  rule(options.sendQueueBytes >= 2 * options.maxPacketBytes, 'sendQueueBytes', 'at least twice maxPacketBytes');
  const fullPacket = headerBytes + ProtocolLimits.fragmentBytes;
  rule(options.reliableWindowBytes >= fullPacket, 'reliableWindowBytes', 'at least one full packet, 16,396 bytes');
  rule(isCount(options.pendingRequestsMax), 'pendingRequestsMax', 'positive');
  rule(isCount(options.servedRequestsMax), 'servedRequestsMax', 'positive');
}

function checkTimes(options: ResolvedOptions): void {
  const times = [
    'connectTimeoutMs', 'heartbeatTimeoutMs', 'ackTimeoutMs', 'reconnectDelayMinMs', 'reconnectDelayMaxMs', 'retryAfterMaxMs',
    'closeTimeoutMs', 'requestTimeoutMs',
  ] as const;
  for (const name of times) rule(options[name] > 0 && options[name] <= dayMs, name, 'positive and at most a day');
  rule(options.reconnectDelayMaxMs >= options.reconnectDelayMinMs, 'reconnectDelayMaxMs', 'at least reconnectDelayMinMs');
}

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value > 0;
}

function rule(isRight: boolean, name: keyof ClientOptions, words: string): void {
  if (!isRight) throw new RangeError(`ClientOptions.${name} must be ${words}.`);
}
