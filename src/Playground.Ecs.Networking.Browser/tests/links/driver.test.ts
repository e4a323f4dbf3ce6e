import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Ack, Goodbye, Hello, Ping, Pong } from '../../client/protocol/Messages.ts';
import { Priority } from '../../client/protocol/Priority.ts';
import { content, contents, echo, message } from '../sessions/SessionHarness.ts';
import { ClientRig, settle } from './FakeSocket.ts';

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

describe('a link', () => {
  test('offers the subprotocol, takes array buffers, and says Hello', async () => {
    const rig = new ClientRig({ clientName: 'ada' });
    void rig.client.connect();
    await settle();
    expect([rig.socket.url, rig.socket.subprotocol, rig.socket.binaryType]).toEqual(['ws://server/ws', 'playground.v1', 'arraybuffer']);
    rig.socket.open();

    expect(rig.socket.takeMessages(Hello)).toMatchObject([{ clientName: 'ada' }]);
  });

  test('answers Ping, and acknowledges, inside the event: no timer runs in a page in the background', async () => {
    const rig = await ClientRig.connected();
    rig.socket.give(message(Ping, { stamp: 7n }), content(1, 1));
    const packets = rig.socket.sent.length;

    expect(packets).toBe(1);
    const sent = rig.socket.take();
    expect(sent.map((one) => one.header.type)).toEqual([Ack.type, Pong.type]);
  });

  test('sends what one task sends as one batch, by lanes', async () => {
    const rig = await ClientRig.connected();
    rig.client.sendPacket(echo, 1, Uint8Array.of(3), Priority.Low);
    rig.client.sendPacket(echo, 1, Uint8Array.of(1), Priority.Critical);
    rig.client.sendPacket(echo, 1, Uint8Array.of(2));
    await settle();

    expect(rig.socket.sent).toHaveLength(1);
    expect(contents(rig.socket.take())).toEqual([1, 2, 3]);
  });

  test('that the server is closing is given nothing any more, and what is reliable goes over the next', async () => {
    const rig = await ClientRig.connected();
    const first = rig.socket;
    first.readyState = 2;
    const sent = rig.client.sendReliable(echo, 1, Uint8Array.of(7));
    await settle();
    expect(first.sent).toHaveLength(0);
    first.end(1001);
    await vi.advanceTimersByTimeAsync(1_000);
    rig.socket.open();
    rig.socket.welcome({ resumed: true });
    await settle();
    expect(contents(rig.socket.take())).toEqual([7]);
    rig.socket.give(message(Ack, { sequence: 1 }));
    expect((await sent).isOk).toBe(true);
  });

  test('that the network does not take is given no more, and the lanes decide what goes first afterwards', async () => {
    const rig = await ClientRig.connected();
    rig.socket.bufferedAmount = 65_536;
    rig.client.sendPacket(echo, 1, Uint8Array.of(2), Priority.Low);
    await settle();
    rig.client.sendPacket(echo, 1, Uint8Array.of(1), Priority.High);
    await settle();
    await vi.advanceTimersByTimeAsync(100);
    expect(rig.socket.sent).toHaveLength(0);
    rig.socket.bufferedAmount = 0;
    await vi.advanceTimersByTimeAsync(20);

    expect(contents(rig.socket.take())).toEqual([1, 2]);
  });

  test('that is cut is followed by another, which resumes', async () => {
    const rig = await ClientRig.connected();
    rig.socket.end();
    const delivered = rig.client.sendReliable(echo, 1, Uint8Array.of(5));
    await vi.advanceTimersByTimeAsync(125);
    rig.socket.open();
    expect(rig.socket.takeMessages(Hello)).toMatchObject([{ resumeToken: Uint8Array.of(1) }]);
    rig.socket.welcome({ resumed: true });
    expect(contents(rig.socket.take())).toEqual([5]);
    rig.socket.give(message(Ack, { sequence: 1 }));

    expect((await delivered).isOk).toBe(true);
    expect(rig.states).toEqual(['Connecting', 'Connected', 'Reconnecting', 'Resumed']);
  });

  test('that is silent is left, whatever the platform makes of it', async () => {
    const rig = await ClientRig.connected();
    const silent = rig.socket;
    await vi.advanceTimersByTimeAsync(10_000);
    expect(rig.client.state.kind).toBe('Reconnecting');
    expect(silent.closes).toEqual([{ code: undefined, reason: undefined }]);
    silent.give(content(1, 1));
    silent.end(1000);
    await vi.advanceTimersByTimeAsync(125);

    expect(rig.sockets).toHaveLength(2);
    expect(rig.client.state.kind).toBe('Reconnecting');
  });

  test('that does not open in time is a failure', async () => {
    const rig = new ClientRig({ connectTimeoutMs: 3_000 });
    void rig.client.connect();
    await vi.advanceTimersByTimeAsync(3_000);

    expect(rig.client.state).toMatchObject({ kind: 'Reconnecting', error: { message: 'Not connected: the link did not open within 3 s.' } });
    rig.socket.open();
    expect(rig.socket.sent).toHaveLength(0);
  });

  test('with a text message ends the client, with a code that pages may use', async () => {
    const rig = await ClientRig.connected();
    rig.socket.giveText('hello');
    expect(rig.socket.closes).toEqual([{ code: 4501, reason: 'a text message came' }]);
    expect(rig.socket.takeMessages(Goodbye)).toMatchObject([{ error: 1 }]);
    rig.socket.end(4501);

    expect(rig.client.state).toMatchObject({ kind: 'Closed', error: { kind: 'MalformedPacket' } });
  });

  test('is closed with a reason of at most 123 bytes of whole characters', async () => {
    const rig = await ClientRig.connected();
    rig.socket.give(content(1, 900));
    const [close] = rig.socket.closes;

    expect(close?.code).toBe(4505);
    expect(Buffer.byteLength(close?.reason ?? '')).toBeLessThanOrEqual(123);
  });
});

describe('the credential', () => {
  test('is asked for anew for every link', async () => {
    let asked = 0;
    const rig = await ClientRig.connected({ authToken: async () => `token ${++asked}` });
    rig.socket.end();
    await vi.advanceTimersByTimeAsync(125);
    rig.socket.open();

    expect(rig.socket.takeMessages(Hello)).toMatchObject([{ authToken: 'token 2' }]);
  });

  test('that cannot be had is a link that could not be opened', async () => {
    const rig = new ClientRig({ authToken: () => Promise.reject(new Error('logged out')) });
    void rig.client.connect();
    await settle();

    expect(rig.sockets).toHaveLength(0);
    expect(rig.client.state).toMatchObject({ kind: 'Reconnecting', error: { message: 'Not connected: logged out.' } });
  });

  test('that never comes ends with the time to connect', async () => {
    const rig = new ClientRig({ authToken: () => new Promise(() => undefined) });
    void rig.client.connect();
    await vi.advanceTimersByTimeAsync(10_000);

    expect(rig.client.state.kind).toBe('Reconnecting');
  });
});

describe('closing', () => {
  test('says Goodbye and waits for the server', async () => {
    const rig = await ClientRig.connected();
    const closed = rig.client.close();
    await settle();
    expect(rig.socket.takeMessages(Goodbye)).toMatchObject([{ error: 0 }]);
    expect(rig.socket.closes).toEqual([{ code: 1000, reason: '' }]);
    rig.socket.end(1000);
    await closed;

    expect(rig.client.state).toEqual({ kind: 'Closed', isConnected: false, error: undefined });
    expect(vi.getTimerCount()).toBe(0);
  });

  test('does not wait for ever, neither for the handshake nor for an acknowledgement', async () => {
    for (const waitsForAck of [false, true]) {
      const rig = await ClientRig.connected();
      const delivered = waitsForAck ? rig.client.sendReliable(echo, 1, Uint8Array.of(1)) : undefined;
      const closed = rig.client.close();
      await vi.advanceTimersByTimeAsync(2_000);
      await closed;

      expect(rig.client.state.kind).toBe('Closed');
      if (delivered !== undefined) expect(await delivered).toMatchObject({ error: { kind: 'NotConnected' } });
      expect(vi.getTimerCount()).toBe(0);
    }
  });

  test('ends what is being opened', async () => {
    const rig = new ClientRig();
    const connected = rig.client.connect();
    await settle();
    await rig.client.close();

    expect(await connected).toMatchObject({ isOk: false, error: { kind: 'NotConnected' } });
    rig.socket.open();
    expect(rig.socket.sent).toHaveLength(0);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('twice, and before connecting, is fine', async () => {
    const rig = new ClientRig();
    await rig.client.close();
    await rig.client.close();

    expect(rig.states).toEqual(['Closed']);
    expect(await rig.client.connect()).toMatchObject({ error: { kind: 'NotConnected' } });
  });
});
