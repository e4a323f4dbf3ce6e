import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { ClientError } from '../client/ClientError.ts';
import { NetworkClient } from '../client/NetworkClient.ts';
import { ErrorMessage, QueryChannel, RegisterChannel, Reply, Request, Response } from '../client/protocol/Messages.ts';
import { networkError } from '../client/protocol/NetworkError.ts';
import { NetworkException } from '../client/protocol/NetworkResult.ts';
import { ClientRig, settle } from './links/FakeSocket.ts';
import { content, echo, message, read } from './sessions/SessionHarness.ts';

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

describe('events', () => {
  test('a listener hears until it is removed, and what it throws is reported and stops nobody', async () => {
    const rig = await ClientRig.connected();
    const faults: unknown[] = [];
    const heard: number[] = [];
    rig.client.on('unhandledException', (fault) => faults.push(fault));
    rig.client.channel(echo).on('received', () => {
      throw new Error('mine');
    });
    const remove = rig.client.channel(echo).on('received', (packet) => heard.push(packet.data[0] ?? -1));
    rig.socket.give(content(1));
    remove();
    rig.socket.give(content(2));

    expect(heard).toEqual([1]);
    expect(faults).toEqual([new Error('mine'), new Error('mine')]);
  });

  test('a packet that nobody listens to is counted', async () => {
    const rig = await ClientRig.connected();
    rig.socket.give(content(1), content(2));

    expect(rig.client.stats).toMatchObject({ packetsUnheard: 2, links: 1, sessionsLost: 0 });
  });

  test('what is sent inside a callback leaves with the same event', async () => {
    const rig = await ClientRig.connected();
    const channel = rig.client.channel(echo);
    channel.on('received', (packet) => channel.send(2, packet.data));
    rig.socket.give(content(9));

    expect(rig.socket.take().map((one) => [one.header.type, one.payload[0]])).toEqual([[2, 9]]);
  });

  test('the error of a packet that asked for nothing', async () => {
    const rig = await ClientRig.connected();
    const errors: ClientError[] = [];
    rig.client.on('errorReceived', (error) => errors.push(error));
    rig.socket.give(message(ErrorMessage, { error: 5, message: '', channel: 4000, packetType: 7 }));

    expect(errors).toMatchObject([{ channelId: 4000, packetType: 7, error: { kind: 'ChannelNotFound', channel: 4000 } }]);
  });
});

describe('channels', () => {
  test('one is found by its name', async () => {
    const rig = await ClientRig.connected();
    const found = rig.client.findChannel('echo');
    await settle();
    const [question] = rig.socket.takeMessages(QueryChannel);
    expect(question?.name).toBe('echo');
    rig.socket.give(message(Reply, { id: question?.id ?? 0, error: 0, message: null, value: Uint8Array.of(0xcd, 0x03, 0xe8) }));
    const channel = (await found).unwrap();

    expect([channel.id, channel.name, `${channel}`]).toEqual([1000, 'echo', 'echo (1000)']);
    expect(rig.client.channel(1000)).toBe(channel);
  });

  test.each([
    ['one that is not there', 5, 0xc0, 'ChannelNotFound'],
    ['a reply that cannot be read', 0, 0xc0, 'MalformedPacket'],
  ])('%s', async (_, error, value, kind) => {
    const rig = await ClientRig.connected();
    const found = rig.client.findChannel('nobody');
    await settle();
    const [question] = rig.socket.takeMessages(QueryChannel);
    rig.socket.give(message(Reply, { id: question?.id ?? 0, error, message: null, value: Uint8Array.of(value) }));

    expect(await found).toMatchObject({ isOk: false, error: { kind } });
  });

  test('the first request of a registered channel may come with the reply', async () => {
    const rig = await ClientRig.connected();
    const registered = rig.client.registerChannel('time', 0, (request) => Uint8Array.of(request.type));
    await settle();
    const [question] = rig.socket.takeMessages(RegisterChannel);
    rig.socket.give(
      message(Reply, { id: question?.id ?? 0, error: 0, message: null, value: Uint8Array.of(0xcd, 0x04, 0x4c) }),
      message(Request, { id: 3, type: 8, body: new Uint8Array(0) }, { channel: 1100 }));
    expect((await registered).unwrap().id).toBe(1100);
    await settle();

    const [sent] = rig.socket.take();
    expect(read(Response, sent?.payload ?? new Uint8Array(0))).toMatchObject({ id: 3, error: 0, body: Uint8Array.of(8) });
  });

  test.each([-1, 65_536, 1.5])('%d is no number of a channel', (id) => {
    expect(() => new NetworkClient({ url: 'ws://server/ws' }).channel(id)).toThrow(RangeError);
  });
});

describe('requests to this client', () => {
  async function ask(rig: ClientRig, count = 1): Promise<Response[]> {
    const requests = Array.from({ length: count }, (_, id) => message(Request, { id, type: 1, body: new Uint8Array(0) }, { channel: echo }));
    rig.socket.give(...requests);
    await settle();
    return rig.socket.take().filter((one) => one.header.type === Response.type).map((one) => read(Response, one.payload));
  }

  test('without a handler fail', async () => {
    expect(await ask(await ClientRig.connected())).toMatchObject([{ error: 14 }]);
  });

  test('get the error that the handler returns', async () => {
    const rig = await ClientRig.connected();
    rig.client.channel(echo).onRequest(async () => networkError('Forbidden', 'not you'));

    expect(await ask(rig)).toMatchObject([{ error: 4, message: 'Forbidden: not you.' }]);
  });

  test('fail when the handler throws, and it is reported', async () => {
    const rig = await ClientRig.connected();
    const faults: unknown[] = [];
    rig.client.on('unhandledException', (fault) => faults.push(fault));
    rig.client.channel(echo).onRequest(() => Promise.reject(new Error('mine')));

    expect(await ask(rig)).toMatchObject([{ error: 14 }]);
    expect(faults).toEqual([new Error('mine')]);
  });

  test('are worked on servedRequestsMax at a time, and called off when the session ends', async () => {
    const rig = await ClientRig.connected({ servedRequestsMax: 2 });
    const signals: AbortSignal[] = [];
    rig.client.channel(echo).onRequest((_, signal) => {
      signals.push(signal);
      return new Promise(() => undefined);
    });
    expect(await ask(rig, 3)).toMatchObject([{ id: 2, error: 10 }]);
    rig.socket.end(4501);

    expect(signals.map((signal) => signal.aborted)).toEqual([true, true]);
  });
});

describe('waiting', () => {
  test('a signal ends the wait and not what is waited for', async () => {
    const rig = await ClientRig.connected();
    const cancel = new AbortController();
    const delivered = rig.client.sendReliable(echo, 1, Uint8Array.of(1), { signal: cancel.signal });
    cancel.abort();

    expect(await delivered).toMatchObject({ isOk: false, error: { kind: 'Cancelled' } });
    await settle();
    expect(rig.socket.take().map((one) => one.header.channel)).toEqual([echo]);
    expect(await rig.client.request(echo, 1, new Uint8Array(0), { signal: cancel.signal })).toMatchObject({ error: { kind: 'Cancelled' } });
  });

  test('a timeout ends a request', async () => {
    const rig = await ClientRig.connected();
    const answer = rig.client.request(echo, 1, new Uint8Array(0), { timeoutMs: 50 });
    await vi.advanceTimersByTimeAsync(50);

    expect(await answer).toMatchObject({ isOk: false, error: { kind: 'Timeout' } });
    expect(await rig.client.request(echo, 1, new Uint8Array(0), { timeoutMs: 0 })).toMatchObject({ error: { kind: 'InvalidArgument' } });
  });

  test('unwrap throws the error, match takes both', () => {
    const refused = new NetworkClient({ url: 'ws://server/ws' }).sendPacket(echo, 1, new Uint8Array(0));

    expect(() => refused.unwrap()).toThrow(NetworkException);
    expect(refused.match(() => 'sent', (error) => error.kind)).toBe('NotConnected');
  });
});

describe('options', () => {
  test.each([
    [{ url: 'http://server' }, 'url'],
    [{ clientName: '' }, 'clientName'],
    [{ authToken: 'x'.repeat(8_193) }, 'authToken'],
    [{ ackTimeoutMs: 0 }, 'ackTimeoutMs'],
    [{ heartbeatTimeoutMs: Number.NaN }, 'heartbeatTimeoutMs'],
    [{ reconnectDelayMinMs: 20_000 }, 'reconnectDelayMaxMs'],
    [{ sendQueueBytes: 300_000 }, 'sendQueueBytes'],
    [{ reliableWindowBytes: 16_395 }, 'reliableWindowBytes'],
    [{ maxPacketBytes: 0.5 }, 'maxPacketBytes'],
    [{ servedRequestsMax: 0 }, 'servedRequestsMax'],
  ])('%j cannot work', (options, name) => {
    expect(() => new NetworkClient(options)).toThrow(`ClientOptions.${name} must be`);
  });
});
