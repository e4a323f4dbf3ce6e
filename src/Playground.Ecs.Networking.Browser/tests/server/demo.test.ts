import { afterEach, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import {
  type ClientOptions, type ClientPacket, type ClientState, decode, encode, NetworkClient, Priority, type WebSocketLike,
} from '../../client/index.ts';

// The demo of this repository, started by the test project that runs this file.
const url = process.env['PLAYGROUND_URL'];

const clients: NetworkClient[] = [];

afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.close()));
});

interface Connection {
  readonly client: NetworkClient;

  /** Every state, the first one included. */
  readonly states: ClientState[];

  /** Cuts the connection without a closing handshake. */
  cut(): void;
}

async function connect(options: ClientOptions = {}): Promise<Connection> {
  if (url === undefined) throw new Error('PLAYGROUND_URL is the address of a demo: dotnet test tests/Playground.Ecs.Networking.Browser.Tests');
  let newest: WebSocket | undefined;
  const webSocket = (address: string, subprotocol: string): WebSocketLike => {
    newest = new WebSocket(address, subprotocol, { perMessageDeflate: false });
    return newest as unknown as WebSocketLike;
  };
  const client = new NetworkClient({ url, clientName: 'vitest', reconnectDelayMinMs: 10, webSocket, ...options });
  clients.push(client);
  const states: ClientState[] = [];
  client.on('stateChanged', (state) => states.push(state));
  (await client.connect()).unwrap();
  return { client, states, cut: () => newest?.terminate() };
}

/** The packets of a channel, until there are so many. */
function collect(client: NetworkClient, channel: number, count: number): Promise<ClientPacket[]> {
  const packets: ClientPacket[] = [];
  return new Promise((resolve) => {
    client.channel(channel).on('received', (packet) => {
      packets.push(packet);
      if (packets.length === count) resolve(packets);
    });
  });
}

function stateOf(client: NetworkClient, kind: ClientState['kind']): Promise<ClientState> {
  return new Promise((resolve) => {
    client.on('stateChanged', (state) => {
      if (state.kind === kind) resolve(state);
    });
  });
}

describe('against the demo', () => {
  test('it connects, and is told its name', async () => {
    const { client, states } = await connect();

    expect(states.map((state) => state.kind)).toEqual(['Connecting', 'Connected']);
    expect(client.peerId).toMatch(/^peer-\d+$/);
  });

  test('packets of every priority and of many sizes come back', async () => {
    const { client } = await connect();
    const echo = (await client.findChannel('echo')).unwrap();
    const sizes = [0, 1, 1_000, 16_384, 16_385, 200_000];
    const received = collect(client, echo.id, sizes.length * 4);
    for (const size of sizes) {
      for (const priority of Object.values(Priority)) {
        const delivered = await echo.sendReliable(1, new Uint8Array(size).fill(size & 0xff), { priority });
        delivered.unwrap();
      }
    }

    const sent = sizes.flatMap((size) => Object.values(Priority).map((priority) => `${priority}: ${size}`));
    expect((await received).map((packet) => `${packet.priority}: ${packet.data.length}`).sort()).toEqual(sent.sort());
  });

  test('an unreliable packet comes back as it is', async () => {
    const { client } = await connect();
    const echo = (await client.findChannel('echo')).unwrap();
    const received = collect(client, echo.id, 1);
    echo.send(7, encode({ x: 1.5, name: 'ada' }), Priority.High).unwrap();
    const [packet] = await received;

    expect(packet).toMatchObject({ packetType: 7, priority: Priority.High, isReliable: false });
    expect(decode(packet?.data ?? new Uint8Array(0))).toEqual({ x: 1.5, name: 'ada' });
  });

  test('the channels are listed', async () => {
    const { client } = await connect();
    const names = (await client.listChannels()).unwrap().map((listing) => listing.name);

    expect(names).toEqual(expect.arrayContaining(['echo', 'chat', 'arena']));
    expect(await client.findChannel('nobody')).toMatchObject({ isOk: false, error: { kind: 'ChannelNotFound', name: 'nobody' } });
  });

  test('what is subscribed arrives until it is not any more', async () => {
    const { client } = await connect();
    const arena = (await client.findChannel('arena')).unwrap();
    const received = collect(client, arena.id, 5);
    (await arena.subscribe()).unwrap();

    expect(await received).toHaveLength(5);
    (await arena.unsubscribe()).unwrap();
    expect(await arena.unsubscribe()).toMatchObject({ isOk: false, error: { kind: 'NotSubscribed' } });
  });

  test('two clients hear each other on the chat', async () => {
    const ada = await connect();
    const bob = await connect();
    const chat = (await bob.client.findChannel('chat')).unwrap();
    const heard = collect(bob.client, chat.id, 1);
    (await chat.subscribe()).unwrap();
    (await ada.client.sendReliable(chat.id, 1, encode('hello'))).unwrap();
    const [packet] = await heard;

    expect(packet?.senderPeerId).toBe(ada.client.peerId);
    expect(decode(packet?.data ?? new Uint8Array(0))).toBe('hello');
  });

  test('requests are answered, large ones too', async () => {
    const { client } = await connect();
    const echo = (await client.findChannel('echo')).unwrap();
    const answers = await Promise.all([1, 100_000].map((size) => echo.request(2, new Uint8Array(size).fill(9))));

    expect(answers.map((answer) => answer.unwrap().length)).toEqual([1, 100_000]);
  });

  test('one client answers the requests of another', async () => {
    const owner = await connect();
    const asker = await connect();
    const channel = (await owner.client.registerChannel('vitest-time', 0, (request) => Uint8Array.of(request.type, ...request.body))).unwrap();
    const answer = (await asker.client.request(channel.id, 3, Uint8Array.of(4))).unwrap();

    expect([...answer]).toEqual([3, 4]);
    (await owner.client.unregisterChannel(channel.id)).unwrap();
    expect(await asker.client.request(channel.id, 3, new Uint8Array(0))).toMatchObject({ error: { kind: 'ChannelNotFound' } });
  });

  test('a session resumes when its connection is cut, again and again, and nothing reliable is lost or comes twice', async () => {
    const { client, states, cut } = await connect();
    const echo = (await client.findChannel('echo')).unwrap();
    const name = client.peerId;
    const total = 200;
    const received = collect(client, echo.id, total);
    const delivered: Promise<{ readonly isOk: boolean }>[] = [];
    for (let i = 0; i < total; i++) {
      delivered.push(echo.sendReliable(1, Uint8Array.of(i)));
      if (i % 50 !== 25) continue;
      const resumed = stateOf(client, 'Resumed');
      cut();
      await resumed;
    }

    expect((await Promise.all(delivered)).every((result) => result.isOk)).toBe(true);
    expect((await received).map((packet) => packet.data[0])).toEqual(Array.from({ length: total }, (_, i) => i));
    expect(states.filter((state) => state.kind === 'Resumed')).toHaveLength(4);
    expect(states.map((state) => state.kind)).not.toContain('SessionLost');
    expect([client.peerId, client.stats.links]).toEqual([name, 5]);
  });

  test('a request outlives its connection', async () => {
    const { client, cut } = await connect();
    const echo = (await client.findChannel('echo')).unwrap();
    const answer = echo.request(2, Uint8Array.of(5));
    cut();

    expect([...(await answer).unwrap()]).toEqual([5]);
  });

  test('subscriptions outlive their connection', async () => {
    const { client, cut } = await connect();
    const arena = (await client.findChannel('arena')).unwrap();
    (await arena.subscribe()).unwrap();
    const resumed = stateOf(client, 'Resumed');
    cut();
    await resumed;

    expect(await collect(client, arena.id, 3)).toHaveLength(3);
  });

  test('Goodbye ends the session: its channels are gone', async () => {
    const owner = await connect();
    const asker = await connect();
    (await owner.client.registerChannel('vitest-goodbye')).unwrap();
    await owner.client.close();

    expect(owner.states.at(-1)).toEqual({ kind: 'Closed', isConnected: false, error: undefined });
    expect(await asker.client.findChannel('vitest-goodbye')).toMatchObject({ error: { kind: 'ChannelNotFound' } });
  });
});
