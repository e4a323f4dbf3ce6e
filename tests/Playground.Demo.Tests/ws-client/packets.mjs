// The packet layer of protocol version 1, written from PROTOCOL.md alone.

export const HEADER = 12;
export const FRAGMENT = 16_384;
export const MESSAGE = 65_536;
export const RELIABLE = 1;
export const MORE = 2;

export const Control = { Hello: 1, Welcome: 2, Ping: 3, Pong: 4, Reply: 9, QueryChannel: 10, Ack: 12, Error: 14, Goodbye: 15 };

/** One packet's bytes. */
export function encode({ channel, type, priority, flags = 0, sequence = 0, payload }) {
  const bytes = Buffer.alloc(HEADER + payload.length);
  bytes.writeUInt16LE(channel, 0);
  bytes.writeUInt16LE(type, 2);
  bytes.writeUInt8(priority, 4);
  bytes.writeUInt8(flags, 5);
  bytes.writeUInt16LE(sequence, 6);
  bytes.writeUInt32LE(payload.length, 8);
  Buffer.from(payload).copy(bytes, HEADER);
  return bytes;
}

/** All packets of one message; throws when its bytes do not divide into packets. */
export function decode(message) {
  const packets = [];
  for (let at = 0; at < message.length;) {
    const length = message.readUInt32LE(at + 8);
    if (at + HEADER + length > message.length) throw new Error(`a packet of ${length} B at ${at} of ${message.length}`);
    packets.push({
      channel: message.readUInt16LE(at),
      type: message.readUInt16LE(at + 2),
      priority: message.readUInt8(at + 4),
      flags: message.readUInt8(at + 5),
      sequence: message.readUInt16LE(at + 6),
      payload: message.subarray(at + HEADER, at + HEADER + length),
    });
    at += HEADER + length;
  }
  return packets;
}

/** The messages that carry a payload of any size: fragments of 16 KiB, as many to a message as fit. */
export function* messages(packet) {
  let message = [];
  let size = 0;
  for (let at = 0; at === 0 || at < packet.payload.length; at += FRAGMENT) {
    const end = Math.min(at + FRAGMENT, packet.payload.length);
    const flags = end < packet.payload.length ? MORE : 0;
    const bytes = encode({ ...packet, flags, payload: packet.payload.subarray(at, end) });
    if (size + bytes.length > MESSAGE) {
      yield Buffer.concat(message);
      [message, size] = [[], 0];
    }
    message.push(bytes);
    size += bytes.length;
  }
  yield Buffer.concat(message);
}
