import { readFileSync } from 'node:fs';
import { encode } from '../../../client/index.ts';
import { describe, expect, test } from 'vitest';
import { InspectorType, readInspectorMessage, writeWatch } from '../../../pages/inspector/wire/Messages.ts';
import { fromHex, toHex } from '../../protocol/VectorFile.ts';

interface Vector {
  readonly message: keyof typeof InspectorType;
  readonly name: string;
  readonly hex: string;
}

interface VectorFile {
  readonly messages: readonly (Vector & { readonly type: number; readonly canonical: boolean; readonly fields: unknown })[];
  readonly malformedMessages: readonly Vector[];
}

const file = new URL('../../../../../tests/vectors/inspector.json', import.meta.url);
const vectors = JSON.parse(readFileSync(file, 'utf8')) as VectorFile;
const received = vectors.messages.filter(({ message }) => message !== 'Watch');
const texts: ReadonlySet<string> = new Set(['name', 'peerId', 'clientName', 'address', 'owner', 'peer']);

// The file's fields as the page has them: counts are numbers, a header is bytes, a direction is a word.
function asRead(fields: unknown): unknown {
  if (Array.isArray(fields)) return fields.map(asRead);
  if (typeof fields !== 'object' || fields === null) return fields;
  return Object.fromEntries(Object.entries(fields).map(([name, value]: [string, unknown]) => {
    if (name === 'direction') return ['isOut', value === 1];
    if (name === 'header') return [name, fromHex(String(value))];
    return [name, typeof value === 'string' && !texts.has(name) ? Number(value) : asRead(value)];
  }));
}

describe('golden vectors', () => {
  test('cover every message', () => {
    expect(new Set(vectors.messages.map(({ message }) => message))).toEqual(new Set(Object.keys(InspectorType)));
  });

  test.each(received)('$message: $name', ({ message, type, hex, fields }) => {
    expect(type).toBe(InspectorType[message]);
    expect(readInspectorMessage(type, fromHex(hex))).toEqual({ kind: message, message: asRead(fields) });
  });

  test.each(received)('$message: $name, cut anywhere, is no message', ({ type, hex }) => {
    const whole = fromHex(hex);
    for (let length = 0; length < whole.length; length++) expect(readInspectorMessage(type, whole.subarray(0, length))).toBeUndefined();
    expect(readInspectorMessage(type, Uint8Array.of(...whole, 0))).toBeUndefined();
  });

  test.each(vectors.malformedMessages.filter(({ message }) => message !== 'Watch'))('malformed $message: $name', ({ message, hex }) => {
    expect(readInspectorMessage(InspectorType[message], fromHex(hex))).toBeUndefined();
  });

  test.each(vectors.messages.filter(({ message, canonical }) => message === 'Watch' && canonical))('Watch: $name', ({ hex, fields }) => {
    expect(toHex(writeWatch((fields as { readonly packets: boolean }).packets))).toBe(hex);
  });
});

describe('what is no message', () => {
  test.each([0, 5, InspectorType.Watch, 0xff00])('type %i', (type) => {
    expect(readInspectorMessage(type, encode([0, []]))).toBeUndefined();
  });

  test('rows that are announced and not there take no memory', () => {
    const announced = Uint8Array.of(0x92, 0x01, 0xdd, 0xff, 0xff, 0xff, 0xff);
    for (const type of [InspectorType.Connections, InspectorType.Channels, InspectorType.Packets]) {
      expect(readInspectorMessage(type, announced)).toBeUndefined();
    }
  });

  test.each([
    ['a direction that is none', [1, 2, 'ada', 1, new Uint8Array(12)]],
    ['eleven bytes of header', [1, 1, 'ada', 1, new Uint8Array(11)]],
    ['thirteen bytes of header', [1, 1, 'ada', 1, new Uint8Array(13)]],
    ['a negative frame', [-1, 1, 'ada', 1, new Uint8Array(12)]],
    ['a peer that is a number', [1, 1, 7, 1, new Uint8Array(12)]],
  ])('a packet with %s', (_, row) => {
    expect(readInspectorMessage(InspectorType.Packets, encode([0, [row]]))).toBeUndefined();
  });
});
