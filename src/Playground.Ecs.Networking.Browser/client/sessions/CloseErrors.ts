import { CloseCode } from '../protocol/CloseCodes.ts';
import type { Goodbye } from '../protocol/Messages.ts';
import { errorFromPeer, type NetworkError, networkError, unsupportedVersion } from '../protocol/NetworkError.ts';
import { ProtocolLimits } from '../protocol/ProtocolLimits.ts';

/** Why a link ended, as an error (PROTOCOL.md, section 10); what the server said in Goodbye counts more than the code. */
export function errorOfClose(code: number, reason: string, goodbye: Goodbye | undefined): NetworkError {
  if (goodbye !== undefined && goodbye.error !== 0) return errorFromPeer(goodbye.error, goodbye.reason);
  const detail = describe(code, goodbye?.reason || reason);
  switch (code) {
    case CloseCode.GoingAway:
      return networkError('ServerStopping', detail);
    case CloseCode.HeartbeatTimeout:
    case CloseCode.MessageTimeout:
      return networkError('Timeout', detail);
    case CloseCode.SlowConsumer:
      return networkError('SlowConsumer', detail);
    case CloseCode.RateLimited:
      return networkError('RateLimited', detail);
    case CloseCode.UnsupportedVersion:
      return unsupportedVersion(ProtocolLimits.version);
    case CloseCode.Unauthorized:
      return networkError('Unauthorized', detail);
    case CloseCode.PersistentRefusals:
    case CloseCode.PolicyViolation:
      return networkError('Forbidden', detail);
    case CloseCode.Malformed:
    case CloseCode.SequenceViolation:
    case CloseCode.MessageTooBig:
    case CloseCode.ProtocolError:
    case CloseCode.UnsupportedMessage:
    case CloseCode.InvalidUtf8:
      return networkError('MalformedPacket', detail);
    default:
      return networkError('NotConnected', detail);
  }
}

function describe(code: number, reason: string): string {
  return reason === '' ? `${whatHappened(code)} (${code})` : `${whatHappened(code)} (${code}: ${reason})`;
}

function whatHappened(code: number): string {
  switch (code) {
    case CloseCode.Normal:
      return 'the server closed the session';
    case CloseCode.TryAgainLater:
      return 'the server is full';
    case CloseCode.Replaced:
      return 'a newer link of this session took over';
    case CloseCode.Abnormal:
    case CloseCode.NoStatus:
      return 'the link was lost';
    default:
      return 'the server closed the link';
  }
}
