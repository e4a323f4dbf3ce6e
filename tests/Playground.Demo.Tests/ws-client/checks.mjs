// Usage: node checks.mjs ws://127.0.0.1:PORT/ws
// Runs every check against a running demo and prints "ok NAME" or "failed NAME: why" for each.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { encode } from './packets.mjs';
import { Peer, within } from './peer.mjs';

const url = process.argv[2];
const PRIORITIES = [0, 1, 2, 3];
const SIZES = [0, 1, 64, 10_000];

const checks = {
  async upgrade_with_the_subprotocol() {
    const peer = await Peer.open(url, ['playground.v1']);
    assert.equal(peer.socket.protocol, 'playground.v1');
    assert.equal(peer.socket.extensions, '', 'permessage-deflate was offered and must be declined');
    await close(peer);
  },

  async upgrade_without_a_subprotocol() {
    const peer = await Peer.open(url);
    assert.equal(peer.socket.protocol, '');
    assert.equal((await peer.hello())[0], 1);
    await close(peer);
  },

  async upgrade_with_another_subprotocol_is_refused() {
    await assert.rejects(Peer.open(url, ['chess.v9']), /HTTP 400/);
  },

  async hello_and_welcome() {
    const peer = await Peer.open(url, ['playground.v1']);
    const [version, peerId, , resumed, lastReceived, frameRate, heartbeatMs, maxPacketBytes] = await peer.hello();
    assert.deepEqual(
      { version, resumed, lastReceived, frameRate, heartbeatMs, maxPacketBytes },
      { version: 1, resumed: false, lastReceived: 0, frameRate: 60, heartbeatMs: 1_000, maxPacketBytes: 262_144 });
    assert.match(peerId, /^peer-\d+$/);
    await close(peer);
  },

  async query_channel() {
    const peer = await session();
    const [id, error, , channel] = await peer.query(7, 'echo');
    assert.deepEqual([id, error], [7, 0]);
    assert.ok(channel >= 1_000 && channel < 2_000, `channel ${channel}`);
    const [unknownId, unknownError] = await peer.query(8, 'nobody');
    assert.deepEqual([unknownId, unknownError], [8, 5]);
    await close(peer);
  },

  async echo_at_all_priorities_and_sizes() {
    const peer = await session();
    const [, , , channel] = await peer.query(1, 'echo');
    let type = 1;
    for (const priority of PRIORITIES) {
      for (const size of SIZES) {
        await echo(peer, { channel, type, priority, payload: randomBytes(size) });
        type += 1;
      }
    }
    await close(peer);
  },

  async echo_to_a_plain_connection() {
    const peer = await Peer.open(url);
    const [, , , channel] = await peer.query(1, 'echo');
    await echo(peer, { channel, type: 3, priority: 2, payload: randomBytes(64) });
    await close(peer);
  },

  async fragmented_packet_both_ways() {
    const peer = await session();
    const [, , , channel] = await peer.query(1, 'echo');
    const back = await echo(peer, { channel, type: 9, priority: 2, payload: randomBytes(200_000) });
    assert.equal(back.fragments, Math.ceil(200_000 / 16_384));
    await close(peer);
  },

  async fragmented_websocket_message() {
    const peer = await session();
    const [, , , channel] = await peer.query(1, 'echo');
    const payload = randomBytes(16_000);
    const message = encode({ channel, type: 4, priority: 1, payload });
    peer.socket.send(message.subarray(0, 5), { fin: false });
    peer.socket.send(message.subarray(5, 9_000), { fin: false });
    peer.socket.send(message.subarray(9_000), { fin: true });
    const back = await peer.receive((p) => p.channel === channel, 'the echo');
    assert.ok(back.payload.equals(payload));
    await close(peer);
  },

  async websocket_ping_is_answered() {
    const peer = await session();
    const pong = within(new Promise((resolve) => { peer.socket.once('pong', resolve); }), 'the pong');
    peer.socket.ping('are you there');
    assert.equal((await pong).toString(), 'are you there');
    await close(peer);
  },

  async clean_close() {
    const peer = await session();
    assert.equal((await close(peer)).code, 1_000);
  },
};

async function session() {
  const peer = await Peer.open(url, ['playground.v1']);
  await peer.hello();
  return peer;
}

async function echo(peer, packet) {
  peer.send(packet);
  const what = `the echo of ${packet.payload.length} B at priority ${packet.priority}`;
  const back = await peer.receive((p) => p.channel === packet.channel, what);
  assert.deepEqual([back.type, back.priority, back.flags], [packet.type, packet.priority, 0], what);
  assert.ok(back.payload.equals(packet.payload), `${what} has other bytes`);
  return back;
}

async function close(peer) {
  peer.socket.close(1_000, 'done');
  const closed = await within(peer.closed, 'the close');
  assert.equal(closed.code, 1_000);
  return closed;
}

for (const [name, check] of Object.entries(checks)) {
  try {
    await check();
    console.log(`ok ${name}`);
  } catch (error) {
    process.exitCode = 1;
    console.log(`failed ${name}: ${error.message.replaceAll('\n', ' ')}`);
  }
}
process.exit();
