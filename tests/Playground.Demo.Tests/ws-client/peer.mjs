import WebSocket from 'ws';
import { decode as unpack, encode as pack } from '@msgpack/msgpack';
import { Control, MORE, RELIABLE, decode, encode, messages } from './packets.mjs';

const DEADLINE_MS = 20_000;

/** A promise that fails by its name when it takes too long. */
export function within(promise, what) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what}: nothing within ${DEADLINE_MS} ms`)), DEADLINE_MS);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

/** One WebSocket with a queue of whole packets. */
export class Peer {
  #queue = [];
  #waiting = [];
  #trains = new Map();

  constructor(url, protocols) {
    this.socket = new WebSocket(url, protocols);
    this.opened = within(new Promise((resolve, reject) => {
      this.socket.once('open', () => resolve(this));
      this.socket.once('error', reject);
      this.socket.once('unexpected-response', (_, response) => reject(new Error(`HTTP ${response.statusCode}`)));
    }), 'the upgrade');
    this.closed = new Promise((resolve) => {
      this.socket.once('close', (code, reason) => {
        resolve({ code, reason: reason.toString() });
        this.#waiting.forEach(({ reject }) => reject(new Error(`closed with ${code}`)));
      });
    });
    this.socket.on('message', (bytes, isBinary) => this.#onMessage(bytes, isBinary));
  }

  static open(url, protocols) {
    return new Peer(url, protocols).opened;
  }

  send(packet) {
    for (const message of messages(packet)) this.socket.send(message);
  }

  sendControl(type, fields) {
    this.socket.send(encode({ channel: 0, type, priority: 1, payload: pack(fields) }));
  }

  /** The next packet that fits; the others stay in the queue. */
  receive(fits, what) {
    const at = this.#queue.findIndex(fits);
    if (at >= 0) return Promise.resolve(this.#queue.splice(at, 1)[0]);
    return within(new Promise((resolve, reject) => this.#waiting.push({ fits, resolve, reject })), what);
  }

  async receiveControl(type, what) {
    return unpack((await this.receive((p) => p.channel === 0 && p.type === type, what)).payload);
  }

  async hello(name = 'ws') {
    this.sendControl(Control.Hello, [1, name, null, null, 0]);
    return this.receiveControl(Control.Welcome, 'Welcome');
  }

  async query(id, name) {
    this.sendControl(Control.QueryChannel, [id, name]);
    return this.receiveControl(Control.Reply, `the reply about '${name}'`);
  }

  #onMessage(bytes, isBinary) {
    if (!isBinary) throw new Error('a text message from the server');
    if (bytes.length > 65_536) throw new Error(`a message of ${bytes.length} B`);
    for (const packet of decode(bytes)) this.#onPacket(packet);
  }

  #onPacket(packet) {
    if (packet.flags & RELIABLE) this.sendControl(Control.Ack, [packet.sequence]);
    if (packet.channel === 0 && packet.type === Control.Ping) this.sendControl(Control.Pong, unpack(packet.payload));
    const train = `${packet.priority}/${packet.flags & RELIABLE}`;
    const parts = [...(this.#trains.get(train) ?? []), packet.payload];
    if (packet.flags & MORE) {
      this.#trains.set(train, parts);
      return;
    }
    this.#trains.delete(train);
    this.#deliver({ ...packet, payload: Buffer.concat(parts), fragments: parts.length });
  }

  #deliver(packet) {
    const at = this.#waiting.findIndex(({ fits }) => fits(packet));
    if (at < 0) this.#queue.push(packet);
    else this.#waiting.splice(at, 1)[0].resolve(packet);
  }
}
