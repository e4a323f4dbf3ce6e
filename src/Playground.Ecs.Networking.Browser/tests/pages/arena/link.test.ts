import { describe, expect, test, vi } from 'vitest';
import { type ClientState, NetworkClient, networkError } from '../../../client/index.ts';
import { Plug } from '../../../pages/arena/Plug.ts';
import { isRefusal, standingOf } from '../../../pages/arena/Standing.ts';
import { FakeSocket } from '../../links/FakeSocket.ts';

const error = networkError('NotConnected', 'the link was lost (1006)');

describe('the plug', () => {
  test('ends the link without a closing handshake, and lets none be made until it is put back', () => {
    const socket = new FakeSocket('', '');
    const plug = new Plug(() => socket);
    const made = plug.connect('ws://localhost/ws', 'playground.v1');
    const closed = vi.fn();
    made.onclose = closed;
    plug.pull();

    expect(closed.mock.calls).toEqual([[{ code: 1006, reason: '' }]]);
    expect(socket.closes).toEqual([{ code: undefined, reason: undefined }]);
    expect([made.onmessage, made.onopen, made.onclose]).toEqual([null, null, null]);
    expect(() => plug.connect('ws://localhost/ws', 'playground.v1')).toThrow('the plug is out');
    plug.putBack();
    expect(plug.connect('ws://localhost/ws', 'playground.v1')).toBe(socket);
  });

  test('may be pulled before there is a link, and twice', () => {
    const plug = new Plug(() => new FakeSocket('', ''));
    plug.pull();
    plug.pull();
    expect(plug.isOut).toBe(true);
  });
});

describe('a state in words', () => {
  test('counts down to the next attempt', () => {
    const state: ClientState = { kind: 'Reconnecting', isConnected: false, attempt: 2, delayMs: 1_500, error };
    expect(standingOf(state, 'peer-1', 300)).toEqual({
      label: 'Reconnecting', text: `Attempt 2 in 1.2 s. ${error.message}`, tone: 'warn', hasSession: true,
    });
    expect(standingOf(state, 'peer-1', 1_500).text).toBe(`Attempt 2 is under way. ${error.message}`);
    expect(standingOf(state, '', 0)).toMatchObject({ label: 'Connecting', hasSession: false });
  });

  test('says whether there is a session to come back to', () => {
    const unreachable: ClientState = { kind: 'Unreachable', isConnected: false, failures: 3, delayMs: 1_000, error };
    expect(standingOf(unreachable, '', 0)).toMatchObject({
      label: 'No server', text: `Attempt 3 in 1.0 s. ${error.message}`, tone: 'bad', hasSession: false,
    });
    expect(standingOf(unreachable, 'peer-1', 0)).toMatchObject({
      label: 'Reconnecting', text: `Attempt 4 in 1.0 s. ${error.message}`, tone: 'bad', hasSession: true,
    });
    expect(standingOf({ kind: 'SessionLost', isConnected: true, peerId: 'peer-2' }, 'peer-2', 0)).toMatchObject({ label: 'New session', hasSession: true });
    expect(standingOf({ kind: 'Closed', isConnected: false, error }, 'peer-1', 0)).toMatchObject({ label: 'Closed', hasSession: false });
  });

  test('tells a refused credential from another end', () => {
    const refused: ClientState = { kind: 'Closed', isConnected: false, error: networkError('Unauthorized', 'the token is missing or wrong') };
    expect([isRefusal(refused), standingOf(refused, '', 0).label]).toEqual([true, 'Refused']);
    expect(standingOf(refused, '', 0).text).toBe('Unauthorized: the token is missing or wrong.');
    expect(isRefusal({ kind: 'Closed', isConnected: false, error })).toBe(false);
    expect(isRefusal(new NetworkClient().state)).toBe(false);
  });
});
