import type { LinkStatus } from '../link/LinkStatus.ts';

/** What the page says of its own link. */
export interface StateWords {
  /** In the header, always. */
  readonly short: string;
  readonly tone: 'good' | 'warn' | 'bad' | 'muted';

  /** In a card, where something is to be known or done. */
  readonly title?: string;
  readonly text?: string;
  readonly code?: string;
  readonly action?: string;
  readonly wantsToken?: boolean;

  /** Whether there is nothing to see behind the card, which is in the middle then. It depends on nothing else, so a card that says another thing stays. */
  readonly blocks: boolean;
}

const enabling = 'new NetworkingOptions { Inspector = new InspectorOptions() }';

/** The words for a status. @param hasNumbers Whether there are numbers on the page from before. */
export function wordsOf(status: LinkStatus, hasNumbers: boolean): StateWords {
  switch (status.kind) {
    case 'connecting':
    case 'joining':
      return { short: 'Connecting', tone: 'muted', blocks: !hasNumbers };
    case 'live':
      return { short: 'Live', tone: 'good', blocks: false };
    case 'unreachable':
      return {
        short: 'Server not reachable', tone: 'bad', blocks: !hasNumbers, title: 'The server does not answer',
        text: 'Is it running? The page goes on trying, and begins by itself when it is there.',
      };
    case 'reconnecting':
      return {
        short: 'Reconnecting', tone: 'warn', blocks: !hasNumbers, title: 'The link was lost',
        text: hasNumbers ? `${sentence(status.reason)} The numbers on this page are the last ones heard.` : sentence(status.reason),
      };
    default:
      return { ...refusedWords(status), blocks: !hasNumbers };
  }
}

type Refused = Extract<LinkStatus, { readonly kind: 'off' | 'forbidden' | 'tokenNeeded' | 'closed' | 'trouble' }>;

function refusedWords(status: Refused): Omit<StateWords, 'blocks'> {
  switch (status.kind) {
    case 'off':
      return {
        short: 'Inspector off', tone: 'warn', title: 'This server has its inspector switched off', code: enabling, action: 'Look again',
        text: 'It is off unless the application asks for it. Set this, start the server again, and the page begins by itself:',
      };
    case 'forbidden':
      return {
        short: 'Not allowed', tone: 'bad', title: 'This server does not let you watch', wantsToken: true, action: 'Ask again',
        text: `${status.reason} Open the page on the server’s own machine, have InspectorOptions.AllowRemote set, `
          + 'or come with the token of somebody who may.',
      };
    case 'tokenNeeded':
      return {
        short: 'Token needed', tone: 'warn', title: 'This server wants to know who you are', wantsToken: true,
        text: status.reason,
      };
    case 'trouble':
      return { short: 'Trouble', tone: 'bad', title: 'The channel could not be opened', text: status.reason, action: 'Ask again' };
    case 'closed':
      return {
        short: 'Closed', tone: 'bad', title: 'The server has closed the link for good', text: status.reason, action: 'Connect again',
      };
  }
}

// Reasons come from servers too, which write them as they like.
function sentence(reason: string): string {
  return `${reason.charAt(0).toUpperCase()}${reason.slice(1)}${/[.?!]$/.test(reason) ? '' : '.'}`;
}
