import { decode } from 'playground-ecs-networking';

/** Characters of a name, counted as Unicode scalar values; the server's rule too (ARENA.md). */
export const nameMax = 24;

/** How many names are remembered of those who left. */
const remembered = 2_000;

/** The name without the white space around it; undefined when it is none: 1 to 24 characters, none of them a control or a format character. */
export function cleanName(text: string): string | undefined {
  const name = text.trim();
  const { length } = [...name];
  return length >= 1 && length <= nameMax && !/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u.test(name) ? name : undefined;
}

/** A player as the server lists it. */
export interface Player {
  readonly body: number;
  readonly name: string;
  readonly peer: string;
}

/** The players of a Names packet: ARENA.md, `[[body, name, peer]...]`. Undefined when it is malformed. */
export function readNames(payload: Uint8Array): readonly Player[] | undefined {
  const value = decode(payload);
  if (!Array.isArray(value)) return undefined;
  const players: Player[] = [];
  for (const entry of value as readonly unknown[]) {
    if (!Array.isArray(entry)) return undefined;
    const [body, name, peer] = entry as readonly unknown[];
    if (typeof body !== 'number' || !Number.isInteger(body) || body < 1 || body > 0xffff) return undefined;
    if (typeof name !== 'string' || typeof peer !== 'string') return undefined;
    players.push({ body, name, peer });
  }

  return players;
}

/** Who is called what: by body for the labels, by peer for the chat, where those who left are remembered for a while. */
export class Roster {
  private readonly byBody = new Map<number, string>();
  private readonly byPeer = new Map<string, string>();

  add(players: readonly Player[]): void {
    for (const { body, name, peer } of players) {
      put(this.byBody, body, name);
      put(this.byPeer, peer, name);
    }
  }

  ofBody(body: number): string | undefined {
    return this.byBody.get(body);
  }

  /** The peer's name, or its id while it has none. */
  ofPeer(peer: string): string {
    return this.byPeer.get(peer) ?? peer;
  }

  clear(): void {
    this.byBody.clear();
    this.byPeer.clear();
  }
}

// Maps keep the order of insertion: the entry that was told longest ago goes first.
function put<Key>(names: Map<Key, string>, key: Key, name: string): void {
  names.delete(key);
  names.set(key, name);
  if (names.size <= remembered) return;
  for (const oldest of names.keys()) {
    names.delete(oldest);
    return;
  }
}
