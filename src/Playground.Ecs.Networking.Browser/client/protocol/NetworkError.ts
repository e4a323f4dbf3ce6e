import { ProtocolLimits } from './ProtocolLimits.ts';

/** The protocol's number of each error (PROTOCOL.md, section 10). */
export const ErrorCode = {
  None: 0,
  MalformedPacket: 1,
  UnsupportedVersion: 2,
  Unauthorized: 3,
  Forbidden: 4,
  ChannelNotFound: 5,
  NotSubscribed: 6,
  InvalidArgument: 7,
  NotConnected: 8,
  AlreadyExists: 9,
  LimitExceeded: 10,
  RateLimited: 11,
  Timeout: 12,
  Cancelled: 13,
  HandlerFailed: 14,
  ServerStopping: 15,
  SlowConsumer: 16,
} as const;

/** The kinds of errors that say what is wrong in words alone. */
type WordedKind = Exclude<keyof typeof ErrorCode, 'None' | 'UnsupportedVersion' | 'ChannelNotFound' | 'NotSubscribed' | 'LimitExceeded'>;

interface Said {
  /** The protocol's number. */
  readonly code: number;

  /** One sentence that names the thing and, where there is one, the limit. */
  readonly message: string;

  /** What the other side said about its error; undefined for an error of this side. */
  readonly peerMessage?: string;
}

/** What went wrong, as a value: told apart by `kind`. */
export type NetworkError =
  | (Said & { readonly kind: WordedKind })
  | (Said & { readonly kind: 'UnsupportedVersion'; readonly version: number })
  | (Said & { readonly kind: 'ChannelNotFound'; readonly channel: number; readonly name?: string })
  | (Said & { readonly kind: 'NotSubscribed'; readonly channel: number })
  | (Said & { readonly kind: 'LimitExceeded'; readonly limit: string; readonly maximum: number; readonly asked: number });

const words: Readonly<Record<WordedKind, string>> = {
  MalformedPacket: 'Malformed packet',
  Unauthorized: 'Unauthorized',
  Forbidden: 'Forbidden',
  InvalidArgument: 'Invalid argument',
  NotConnected: 'Not connected',
  AlreadyExists: 'Already exists',
  RateLimited: 'Rate limited',
  Timeout: 'Timeout',
  Cancelled: 'Cancelled',
  HandlerFailed: 'The handler failed',
  ServerStopping: 'The server is stopping',
  SlowConsumer: 'Slow consumer',
};

/** An error of this side, of the kinds that need words alone. */
export function networkError(kind: WordedKind, detail: string): NetworkError {
  return { kind, code: ErrorCode[kind], message: `${words[kind]}: ${detail}.` };
}

export function unsupportedVersion(version: number): NetworkError {
  const message = `Protocol version ${version} is not supported; this side speaks version ${ProtocolLimits.version}.`;
  return { kind: 'UnsupportedVersion', code: ErrorCode.UnsupportedVersion, message, version };
}

export function channelNotFound(channel: number, name?: string): NetworkError {
  const message = name === undefined ? `Channel ${channel} is not registered.` : `No channel is named '${name}'.`;
  return { kind: 'ChannelNotFound', code: ErrorCode.ChannelNotFound, message, channel, ...(name === undefined ? {} : { name }) };
}

export function notSubscribed(channel: number): NetworkError {
  const message = `Channel ${channel} takes packets from its subscribers only.`;
  return { kind: 'NotSubscribed', code: ErrorCode.NotSubscribed, message, channel };
}

/** A bound of the options or of the protocol was met; the numbers have the unit that the limit's name says. */
export function limitExceeded(limit: string, maximum: number, asked: number): NetworkError {
  const message = `Limit exceeded: ${limit} is ${maximum}, ${asked} was asked for.`;
  return { kind: 'LimitExceeded', code: ErrorCode.LimitExceeded, message, limit, maximum, asked };
}

/** The error that the other side reported, in Reply, Response, Error or Goodbye; unknown numbers become HandlerFailed. */
export function errorFromPeer(code: number, said: string | null, channel = 0): NetworkError {
  const error = unworded(code, channel);
  return said === null || said === '' ? error : { ...error, message: said, peerMessage: said };
}

function unworded(code: number, channel: number): NetworkError {
  switch (code) {
    case ErrorCode.UnsupportedVersion:
      return unsupportedVersion(ProtocolLimits.version);
    case ErrorCode.ChannelNotFound:
      return channelNotFound(channel);
    case ErrorCode.NotSubscribed:
      return notSubscribed(channel);
    case ErrorCode.LimitExceeded:
      return limitExceeded('a limit of the peer', 0, 0);
    default:
      return networkError(wordedKindOf(code), 'said the peer');
  }
}

function wordedKindOf(code: number): WordedKind {
  for (const kind of Object.keys(words) as WordedKind[]) {
    if (ErrorCode[kind] === code) return kind;
  }

  return 'HandlerFailed';
}
