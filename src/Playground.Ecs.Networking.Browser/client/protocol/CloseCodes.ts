/** The close codes that the protocol names (PROTOCOL.md, section 10). */
export const CloseCode = {
  Normal: 1000,
  GoingAway: 1001,
  ProtocolError: 1002,
  UnsupportedMessage: 1003,
  NoStatus: 1005,
  Abnormal: 1006,
  InvalidUtf8: 1007,
  PolicyViolation: 1008,
  MessageTooBig: 1009,
  TryAgainLater: 1013,
  HeartbeatTimeout: 4000,
  SlowConsumer: 4001,
  RateLimited: 4002,
  MessageTimeout: 4003,
  UnsupportedVersion: 4500,
  Malformed: 4501,
  Unauthorized: 4502,
  Replaced: 4503,
  PersistentRefusals: 4504,
  SequenceViolation: 4505,
} as const;

export type CloseCode = (typeof CloseCode)[keyof typeof CloseCode];

const finalStandard: ReadonlySet<number> = new Set([1000, 1002, 1003, 1007, 1008, 1009]);

/** Whether a client must not reconnect: 1000, 1002, 1003, 1007-1009, 4500-4999. */
export function isFinal(code: number): boolean {
  return finalStandard.has(code) || isFinalOfOurs(code);
}

/** Whether a close by the server ends the session: 1000 and 4500-4999, but for 4503, which ends only the older link. */
export function endsSession(code: number): boolean {
  return code === CloseCode.Normal || (isFinalOfOurs(code) && code !== CloseCode.Replaced);
}

function isFinalOfOurs(code: number): boolean {
  return code >= 4500 && code <= 4999;
}
