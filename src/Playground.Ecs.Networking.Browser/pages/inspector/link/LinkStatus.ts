import type { ClientState, NetworkError } from 'playground-ecs-networking';

/** Where the inspector stands with its server, told apart by `kind`. Times in ms of `performance.now`. */
export type LinkStatus =
  | { readonly kind: 'connecting' | 'joining' | 'live' }
  | { readonly kind: 'off' }
  | { readonly kind: 'unreachable' | 'reconnecting'; readonly attempt: number; readonly retryAt: number; readonly reason: string }
  | { readonly kind: 'forbidden' | 'tokenNeeded' | 'closed' | 'trouble'; readonly reason: string };

/** What the client's state alone says; undefined where the channel decides. */
export function statusOfState(state: ClientState, now: number): LinkStatus | undefined {
  switch (state.kind) {
    case 'Idle':
    case 'Connecting':
      return { kind: 'connecting' };
    case 'Unreachable':
      return { kind: 'unreachable', attempt: state.failures, retryAt: now + state.delayMs, reason: state.error.message };
    case 'Reconnecting':
      return { kind: 'reconnecting', attempt: state.attempt, retryAt: now + state.delayMs, reason: state.error.message };
    case 'Closed':
      return { kind: state.error?.kind === 'Unauthorized' ? 'tokenNeeded' : 'closed', reason: state.error?.message ?? '' };
    default:
      return undefined;
  }
}

/** What it means that the channel was not found, or that it may not be watched. */
export function statusOfRefusal(error: NetworkError): LinkStatus {
  if (error.kind === 'ChannelNotFound') return { kind: 'off' };
  if (error.kind === 'Unauthorized') return { kind: 'tokenNeeded', reason: error.message };
  return { kind: error.kind === 'Forbidden' ? 'forbidden' : 'trouble', reason: error.message };
}
