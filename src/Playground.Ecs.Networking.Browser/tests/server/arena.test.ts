import { afterEach, describe, expect, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import type { WebSocketLike } from '../../client/index.ts';
import { Arena, type ArenaListener } from '../../pages/arena/Arena.ts';
import { Roster } from '../../pages/arena/Names.ts';
import { Plug } from '../../pages/arena/Plug.ts';
import { Snapshot } from '../../pages/arena/Snapshot.ts';

const url = process.env['PLAYGROUND_URL'];

/** What the page makes of the arena, without the page. */
class Visitor implements ArenaListener {
  readonly plug = new Plug((_, subprotocol) => {
    if (url === undefined) throw new Error('PLAYGROUND_URL is the address of a demo: dotnet test tests/Playground.Ecs.Networking.Browser.Tests');
    return new WebSocket(url, subprotocol, { perMessageDeflate: false }) as unknown as WebSocketLike;
  });
  readonly arena = new Arena(this.plug, () => undefined, this);
  readonly roster = new Roster();
  readonly states: string[] = [];
  readonly lines: string[] = [];
  readonly bodies: number[] = [];
  readonly last = new Snapshot();

  stateChanged(state: { readonly kind: string }): void {
    this.states.push(state.kind);
  }

  snapshot(data: Uint8Array): void {
    expect(this.last.read(data)).toBe(true);
  }

  joined(body: number): void {
    this.bodies.push(body);
  }

  named(players: Parameters<Roster['add']>[0]): void {
    this.roster.add(players);
  }

  said(peer: string | undefined, name: string, text: string): void {
    this.lines.push(`${peer === undefined ? name : this.roster.ofPeer(peer)}: ${text}`);
  }

  xOf(body: number | undefined): number | undefined {
    const { numbers, xs, count } = this.last;
    const i = body === undefined ? -1 : numbers.subarray(0, count).indexOf(body);
    return i < 0 ? undefined : xs[i];
  }
}

const visitors: Visitor[] = [];

afterEach(async () => {
  await Promise.all(visitors.splice(0).map((visitor) => visitor.arena.close()));
});

async function visit(name: string): Promise<Visitor> {
  const visitor = new Visitor();
  visitors.push(visitor);
  visitor.arena.rename(name);
  visitor.arena.open();
  await vi.waitFor(() => expect([visitor.bodies.length, visitor.roster.ofBody(visitor.bodies[0] ?? 0)]).toEqual([1, name]), { timeout: 10_000 });
  return visitor;
}

describe('two visitors of the arena', () => {
  test('see each other move and know each other by name', async () => {
    const ada = await visit('Ada');
    const bob = await visit('Bob');
    const [body] = ada.bodies;
    await vi.waitFor(() => expect([bob.roster.ofBody(body ?? 0), typeof bob.xOf(body)]).toEqual(['Ada', 'number']), { timeout: 10_000 });
    const before = bob.xOf(body) ?? 0;
    ada.arena.steer([before < 32_768 ? 1 : -1, 0, 1]);
    await vi.waitFor(() => expect(Math.abs((bob.xOf(body) ?? before) - before)).toBeGreaterThan(1_000), { timeout: 10_000 });
    ada.arena.rename('Countess');
    await vi.waitFor(() => expect(bob.roster.ofBody(body ?? 0)).toBe('Countess'), { timeout: 10_000 });
  });

  test('lose nothing that was said while the plug was out, and no body', async () => {
    const ada = await visit('Ada');
    const bob = await visit('Bob');
    ada.plug.pull();
    await vi.waitFor(() => expect(ada.states).toContain('Reconnecting'), { timeout: 10_000 });
    const said = [ada.arena.say('one'), bob.arena.say('meanwhile'), ada.arena.say('two')];
    ada.plug.putBack();
    for (const line of said) expect((await line)?.isOk).toBe(true);
    await vi.waitFor(() => expect([ada.lines.includes('Bob: meanwhile'), bob.lines]).toEqual([true, ['Ada: one', 'Ada: two']]), { timeout: 10_000 });

    expect(ada.states.at(-1)).toBe('Resumed');
    expect(ada.bodies).toHaveLength(1);
  });
});
