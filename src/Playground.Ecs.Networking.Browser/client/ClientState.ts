import type { NetworkError } from './protocol/NetworkError.ts';

/**
 * Where a NetworkClient stands, told apart by `kind`; immutable. The usual way is Idle, Connecting, Connected, and whenever the link ends
 * Reconnecting and then Resumed or SessionLost. `isConnected` is true while a session has a link. Delays in ms.
 */
export type ClientState =
  | { readonly kind: 'Idle' | 'Connecting'; readonly isConnected: false }
  | { readonly kind: 'Connected' | 'Resumed' | 'SessionLost'; readonly isConnected: true; readonly peerId: string }
  | {
      readonly kind: 'Reconnecting';
      readonly isConnected: false;
      readonly attempt: number;
      readonly delayMs: number;
      readonly error: NetworkError;
    }
  | {
      readonly kind: 'Unreachable';
      readonly isConnected: false;
      readonly failures: number;
      readonly delayMs: number;
      readonly error: NetworkError;
    }
  | { readonly kind: 'Closed'; readonly isConnected: false; readonly error: NetworkError | undefined };

export const idle: ClientState = { kind: 'Idle', isConnected: false };
export const connecting: ClientState = { kind: 'Connecting', isConnected: false };

export function connected(kind: 'Connected' | 'Resumed' | 'SessionLost', peerId: string): ClientState {
  return { kind, isConnected: true, peerId };
}

export function reconnecting(attempt: number, delayMs: number, error: NetworkError): ClientState {
  return { kind: 'Reconnecting', isConnected: false, attempt, delayMs, error };
}

export function unreachable(failures: number, delayMs: number, error: NetworkError): ClientState {
  return { kind: 'Unreachable', isConnected: false, failures, delayMs, error };
}

export function closed(error: NetworkError | undefined): ClientState {
  return { kind: 'Closed', isConnected: false, error };
}
