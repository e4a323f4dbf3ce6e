import { describe, expect, test } from 'vitest';
import { closeCodeOf, validateBatch } from '../../client/protocol/BatchValidator.ts';
import { endsSession, isFinal } from '../../client/protocol/CloseCodes.ts';
import { fragmentCount, split } from '../../client/protocol/Fragmenter.ts';
import * as messages from '../../client/protocol/Messages.ts';
import { type MessageKind, readMessage, writeMessage } from '../../client/protocol/Messages.ts';
import { isValidName } from '../../client/protocol/Names.ts';
import { headerBytes, type PacketHeader, readHeader, readPayloadBytes, viewOf, writePacket } from '../../client/protocol/PacketHeader.ts';
import { readPackets } from '../../client/protocol/PacketReader.ts';
import { isPriority } from '../../client/protocol/Priority.ts';
import * as toolMessages from '../../client/protocol/ToolMessages.ts';
import { TrainAssembler } from '../../client/protocol/TrainAssembler.ts';
import { bytesOf, fromHex, type HeaderVector, toHex, vectors } from './VectorFile.ts';

type Fields = Readonly<Record<string, unknown>>;

const kinds = new Map<string, MessageKind<Fields>>();
for (const candidate of Object.values({ ...messages, ...toolMessages })) {
  if (typeof candidate === 'object') kinds.set(candidate.name, candidate as unknown as MessageKind<Fields>);
}

function kindOf(name: string): MessageKind<Fields> {
  const kind = kinds.get(name);
  if (kind === undefined) throw new Error(`no message is called ${name}`);
  return kind;
}

function headerOf(vector: HeaderVector): PacketHeader {
  if (!isPriority(vector.priority)) throw new Error(`priority ${vector.priority}`);
  return { channel: vector.channel, type: vector.type, priority: vector.priority, flags: vector.flags, sequence: vector.sequence ?? 0 };
}

// Fields that are u64 are decimal strings, bin fields are hex strings.
const bins: ReadonlySet<string> = new Set(['resumeToken', 'body', 'value']);

function messageOf(fields: Fields): Fields {
  const convert = ([name, value]: [string, unknown]): [string, unknown] => {
    if (name === 'stamp') return [name, BigInt(String(value))];
    return [name, bins.has(name) ? fromHex(String(value)) : value];
  };
  return Object.fromEntries(Object.entries(fields).map(convert));
}

function plain(message: Fields | undefined): Fields | undefined {
  if (message === undefined) return undefined;
  return Object.fromEntries(Object.entries(message).map(([name, value]) => [name, value instanceof Uint8Array ? toHex(value) : value]));
}

describe('packets', () => {
  test.each(vectors.packets)('$name is written', (vector) => {
    const payload = fromHex(vector.payload);
    const packet = new Uint8Array(headerBytes + payload.length);

    expect(writePacket(packet, headerOf(vector), payload)).toBe(packet.length);
    expect(toHex(packet)).toBe(vector.hex);
  });

  test.each(vectors.packets)('$name is read', (vector) => {
    const bytes = fromHex(vector.hex);
    const read = [...readPackets(bytes)];

    expect(validateBatch(bytes).status).toBe('Valid');
    expect(read.map((packet) => packet.header)).toEqual([headerOf(vector)]);
    expect(read.map((packet) => toHex(packet.payload))).toEqual([vector.payload]);
  });
});

describe('batches', () => {
  test.each(vectors.batches)('$name is judged', (vector) => {
    const { status, packets } = validateBatch(bytesOf(vector));

    expect(status).toBe(vector.status);
    expect(packets).toBe(vector.packets);
    expect(status === 'Valid' ? 0 : closeCodeOf(status)).toBe(vector.close);
  });

  test.each(vectors.batches.filter((vector) => vector.status === 'Valid'))('$name is read', (vector) => {
    expect([...readPackets(bytesOf(vector))].length).toBe(vector.packets);
  });
});

describe('trains', () => {
  test.each(vectors.fragmentation)('$name is split', (vector) => {
    const fragments = split(headerOf(vector), vector.payloadLength).map(({ header, offset, length }) => {
      const bytes = new Uint8Array(headerBytes + length);
      writePacket(bytes, header, new Uint8Array(length));
      return { header: toHex(bytes.subarray(0, headerBytes)), offset, length };
    });

    expect(fragments).toEqual(vector.fragments);
    expect(fragmentCount(vector.payloadLength)).toBe(vector.fragments.length);
  });

  test.each(vectors.trains)('$name', (vector) => {
    const assembler = new TrainAssembler(vector.maxPacketBytes);
    for (const step of vector.steps) {
      const view = viewOf(fromHex(step.header));
      const result = assembler.add(readHeader(view, 0), new Uint8Array(readPayloadBytes(view, 0)).fill(step.fill));
      const complete = (step.complete ?? []).flatMap((part) => Array.from({ length: part.times }, () => part.fill));

      expect(result.status).toBe(step.status);
      if (result.status === 'Complete') expect(Buffer.from(result.payload).equals(Buffer.from(complete))).toBe(true);
    }
  });
});

describe('messages', () => {
  test.each(vectors.messages)('$message is read: $name', (vector) => {
    const kind = kindOf(vector.message);

    expect(plain(readMessage(kind, fromHex(vector.hex)))).toEqual(plain(messageOf(vector.fields)));
    expect(kind.type).toBe(vector.type);
  });

  test.each(vectors.messages.filter((vector) => vector.canonical))('$message is written: $name', (vector) => {
    expect(toHex(writeMessage(kindOf(vector.message), messageOf(vector.fields)))).toBe(vector.hex);
  });

  test.each(vectors.messages)('$message cut anywhere, or with a byte behind it, is refused: $name', (vector) => {
    const kind = kindOf(vector.message);
    const bytes = fromHex(vector.hex);
    for (let length = 0; length < bytes.length; length++) expect(readMessage(kind, bytes.subarray(0, length))).toBeUndefined();
    expect(readMessage(kind, Uint8Array.from([...bytes, 0xc0]))).toBeUndefined();
  });

  test.each(vectors.malformedMessages)('$message is refused: $name', (vector) => {
    expect(readMessage(kindOf(vector.message), fromHex(vector.hex))).toBeUndefined();
  });

  test('every message has a vector and a malformed one', () => {
    expect(new Set(vectors.messages.map((vector) => vector.message))).toEqual(new Set(kinds.keys()));
    expect(new Set(vectors.malformedMessages.map((vector) => vector.message))).toEqual(new Set(kinds.keys()));
  });
});

describe('codes and names', () => {
  test.each(vectors.closeCodes)('close code $code', ({ code, final, endsSession: ends }) => {
    expect({ final: isFinal(code), ends: endsSession(code) }).toEqual({ final, ends });
  });

  test.each(vectors.names)('name: $name', ({ utf8, valid }) => {
    const bytes = fromHex(utf8);
    const text = Buffer.from(bytes).toString('utf8');

    // What is no UTF-8 is no string, and so no name that this side could send.
    if (toHex(new TextEncoder().encode(text)) !== utf8) expect(valid).toBe(false);
    else expect(isValidName(text)).toBe(valid);
  });

  test('lone surrogates are no names', () => {
    expect([isValidName('a\ud800'), isValidName('\udc00a'), isValidName('')]).toEqual([false, false, false]);
  });
});
