import type { ClientState } from '../ClientState.ts';
import type { NetworkError } from '../protocol/NetworkError.ts';
import type { Priority } from '../protocol/Priority.ts';

/** The number of an arriving request, with the session in which it counts, and the lane that it came on and the answer goes on. */
export interface RequestId {
  readonly session: number;
  readonly id: number;
  readonly priority: Priority;
  readonly isReliable: boolean;
}

/** What a ClientSession tells its driver, in the order in which it happened. */
export type ClientEvent =
  | { readonly kind: 'State'; readonly state: ClientState }
  | {
      readonly kind: 'Packet';
      readonly channel: number;
      readonly type: number;
      readonly priority: Priority;
      readonly isReliable: boolean;
      readonly data: Uint8Array;
      readonly sender: string | undefined;
    }
  | { readonly kind: 'Request'; readonly channel: number; readonly type: number; readonly body: Uint8Array; readonly requestId: RequestId }
  | { readonly kind: 'Error'; readonly channel: number; readonly type: number; readonly error: NetworkError };
