import type { ClientState } from 'playground-ecs-networking';

export type Tone = 'good' | 'warn' | 'bad';

/** What a person is told about the link. */
export interface Standing {
  /** One or two words. */
  readonly label: string;

  /** A sentence. */
  readonly text: string;
  readonly tone: Tone;

  /** There is a session, with or without a link: what is said reliably is sent sooner or later, unless the session is lost. */
  readonly hasSession: boolean;
}

/**
 * A state in words.
 * @param peerId Empty before the first Welcome.
 * @param sinceMs How long the state has been so.
 */
export function standingOf(state: ClientState, peerId: string, sinceMs: number): Standing {
  const hasSession = peerId !== '' && state.kind !== 'Closed';
  switch (state.kind) {
    case 'Idle':
    case 'Connecting':
      return { label: 'Connecting', text: 'The page opens its link to the server.', tone: 'warn', hasSession };
    case 'Connected':
      return { label: 'Connected', text: `Connected as ${peerId}.`, tone: 'good', hasSession };
    case 'Resumed':
      return { label: 'Resumed', text: `The same session on a new link, as ${peerId}: nothing reliable was lost.`, tone: 'good', hasSession };
    case 'SessionLost':
      return { label: 'New session', text: `The old session had ended. This is a new one, as ${peerId}, with a new body.`, tone: 'warn', hasSession };
    case 'Reconnecting': {
      const text = `${nextTry(state.attempt, state.delayMs, sinceMs)} ${state.error.message}`;
      return { label: hasSession ? 'Reconnecting' : 'Connecting', text, tone: 'warn', hasSession };
    }
    case 'Unreachable': {
      // The very first attempt failed too where there never was a link.
      const attempt = hasSession ? state.failures + 1 : state.failures;
      const text = `${nextTry(attempt, state.delayMs, sinceMs)} ${state.error.message}`;
      return { label: hasSession ? 'Reconnecting' : 'No server', text, tone: 'bad', hasSession };
    }
    case 'Closed':
      return { label: isRefusal(state) ? 'Refused' : 'Closed', text: sentence(state.error?.message ?? 'this page closed its session'), tone: 'bad', hasSession };
  }
}

/** The server wants another credential. */
export function isRefusal(state: ClientState): boolean {
  return state.kind === 'Closed' && state.error?.kind === 'Unauthorized';
}

function nextTry(attempt: number, delayMs: number, sinceMs: number): string {
  const leftMs = delayMs - sinceMs;
  return leftMs > 50 ? `Attempt ${attempt} in ${(leftMs / 1_000).toFixed(1)} s.` : `Attempt ${attempt} is under way.`;
}

// What a server says is often a part of one.
function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}${text.endsWith('.') ? '' : '.'}`;
}
