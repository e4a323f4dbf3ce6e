import { describe, expect, test } from 'vitest';
import { validateBatch } from '../../client/protocol/BatchValidator.ts';
import { split } from '../../client/protocol/Fragmenter.ts';
import * as messages from '../../client/protocol/Messages.ts';
import { type MessageKind, readMessage } from '../../client/protocol/Messages.ts';
import { makeHeader, PacketFlags, writePacket } from '../../client/protocol/PacketHeader.ts';
import { priorities, Priority } from '../../client/protocol/Priority.ts';
import { ReliableReceiver } from '../../client/protocol/ReliableReceiver.ts';
import { ReliableWindow } from '../../client/protocol/ReliableWindow.ts';
import { isAfter, nextSequence, sequenceDistance } from '../../client/protocol/Sequence.ts';
import { TrainAssembler } from '../../client/protocol/TrainAssembler.ts';
import { Dice } from './Dice.ts';
import { fromHex, vectors } from './VectorFile.ts';

const seeds = Array.from({ length: 50 }, (_, seed) => seed);

describe('sequences', () => {
  test('the next one is one step after, from everywhere', () => {
    for (let sequence = 0; sequence <= 0xffff; sequence++) {
      const next = nextSequence(sequence);
      if (sequenceDistance(sequence, next) !== 1 || !isAfter(next, sequence) || isAfter(sequence, next)) expect.fail(`at ${sequence}`);
    }
  });

  test.each(seeds)('distances add up and turn around: seed %i', (seed) => {
    const dice = new Dice(seed);
    for (let round = 0; round < 200; round++) {
      const from = dice.below(0x10000);
      const steps = dice.below(0xffff) - 0x7fff;
      const to = (from + steps) & 0xffff;
      expect(sequenceDistance(from, to)).toBe(steps);
      expect(isAfter(to, from)).toBe(steps > 0);
    }
  });

  test('of two that are half the space apart neither is after the other', () => {
    expect([isAfter(0x8000, 0), isAfter(0, 0x8000)]).toEqual([false, false]);
  });
});

describe('reliable delivery', () => {
  // Both ends, and a link between them that is cut at random places and takes what it carries with it.
  test.each(seeds)('every packet arrives once and in order over links that break: seed %i', (seed) => {
    const dice = new Dice(seed);
    const first = dice.below(0x10000);
    const window = new ReliableWindow(20_000, first, 1 + dice.below(20));
    const receiver = new ReliableReceiver(first);
    const total = 300;
    const arrived: number[] = [];
    let wire: Uint8Array[] = [];
    let sent = 0;
    while (arrived.length < total) {
      const bytes = packetOf(sent);
      if (window.isReplaying) wire.push(...replayed(window));
      else if (sent < total && window.hasRoomFor(bytes.length)) {
        window.stamp(bytes);
        wire.push(bytes);
        sent++;
      }

      const take = dice.below(wire.length + 1);
      for (const packet of wire.splice(0, take)) deliver(packet, receiver, arrived);
      if (dice.below(4) === 0) expect(window.acknowledge(receiver.lastReceived)).not.toBe('Impossible');
      if (dice.below(20) === 0) {
        wire = [];
        expect(['Advanced', 'Unchanged']).toContain(window.acknowledge(receiver.lastReceived));
        window.beginReplay();
      }
    }

    expect(arrived).toEqual(Array.from({ length: total }, (_, index) => index));
  });
});

describe('trains', () => {
  test.each(seeds)('what is split and mixed over lanes is whole again: seed %i', (seed) => {
    const dice = new Dice(seed);
    const lanes = priorities.flatMap((priority) => [PacketFlags.None, PacketFlags.Reliable].map((flags) => {
      const payload = dice.bytes(dice.below(3) === 0 ? dice.below(100_000) : dice.below(100));
      return { payload, rest: split(makeHeader(dice.below(3000), dice.below(100), priority, flags), payload.length) };
    }));
    const assembler = new TrainAssembler(262_144);
    const expected = lanes.map((lane) => Buffer.from(lane.payload).toString('base64')).sort();
    const whole: string[] = [];
    for (let left = lanes.filter((lane) => lane.rest.length > 0); left.length > 0; left = lanes.filter((lane) => lane.rest.length > 0)) {
      const lane = left[dice.below(left.length)];
      const fragment = lane?.rest.shift();
      if (lane === undefined || fragment === undefined) throw new Error('nothing is left');
      const payload = lane.payload.subarray(fragment.offset, fragment.offset + fragment.length);
      const result = assembler.add(fragment.header, payload);
      if (result.status === 'Complete') whole.push(Buffer.from(result.payload).toString('base64'));
      else if (result.status === 'Single') whole.push(Buffer.from(payload).toString('base64'));
      else expect(result.status).toBe('Partial');
    }

    expect(whole.sort()).toEqual(expected);
  });

  test.each(seeds)('an assembler holds no more than twice the largest payload: seed %i', (seed) => {
    const dice = new Dice(seed);
    const assembler = new TrainAssembler(1_000);
    const held = new Map<number, number>();
    for (let round = 0; round < 200; round++) {
      const priority = priorities[dice.below(4)] ?? Priority.Low;
      const flags = dice.below(2) | PacketFlags.MoreFragments;
      const bytes = dice.below(600);
      const slot = priority * 2 + (flags & 1);
      const total = [...held.values()].reduce((sum, one) => sum + one, 0);
      const { status } = assembler.add(makeHeader(1, 1, priority, flags), new Uint8Array(bytes));
      const fits = (held.get(slot) ?? 0) + bytes <= 1_000 && total + bytes <= 2_000;
      expect(status).toBe(fits ? 'Partial' : 'TooLarge');
      if (fits) held.set(slot, (held.get(slot) ?? 0) + bytes);
    }
  });
});

describe('hostile bytes', () => {
  test.each(seeds)('no batch throws: seed %i', (seed) => {
    const dice = new Dice(seed);
    const good = vectors.batches.filter((vector) => vector.hex !== undefined && vector.hex !== '').map((vector) => fromHex(vector.hex ?? ''));
    for (let round = 0; round < 200; round++) {
      const bytes = dice.mutate(good[dice.below(good.length)] ?? new Uint8Array(0));
      expect(validateBatch(bytes).packets).toBeLessThanOrEqual(256);
    }
  });

  test.each(seeds)('no message throws: seed %i', (seed) => {
    const dice = new Dice(seed);
    const kinds = Object.values(messages).flatMap((one) => (typeof one === 'object' ? [one as MessageKind<unknown>] : []));
    for (let round = 0; round < 200; round++) {
      const vector = vectors.messages[dice.below(vectors.messages.length)];
      const bytes = dice.mutate(fromHex(vector?.hex ?? ''));
      for (const kind of kinds) expect(() => readMessage(kind, bytes)).not.toThrow();
    }
  });
});

function packetOf(value: number): Uint8Array {
  const bytes = new Uint8Array(16);
  writePacket(bytes, makeHeader(1000, 1, Priority.Normal, PacketFlags.Reliable), Uint8Array.of(value & 0xff, value >> 8, 0, 0));
  return bytes;
}

function replayed(window: ReliableWindow): Uint8Array[] {
  const packets: Uint8Array[] = [];
  for (let packet = window.takeReplay(100); packet !== undefined; packet = window.takeReplay(100)) packets.push(packet);
  return packets;
}

function deliver(packet: Uint8Array, receiver: ReliableReceiver, arrived: number[]): void {
  const sequence = (packet[6] ?? 0) | ((packet[7] ?? 0) << 8);
  const status = receiver.check(sequence);
  expect(status).not.toBe('Gap');
  if (status !== 'Next') return;
  receiver.accept();
  arrived.push((packet[12] ?? 0) | ((packet[13] ?? 0) << 8));
}
