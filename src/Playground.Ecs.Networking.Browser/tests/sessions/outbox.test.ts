import { describe, expect, test } from 'vitest';
import { Ack, Ping, Pong } from '../../client/protocol/Messages.ts';
import type { NetworkResult } from '../../client/protocol/NetworkResult.ts';
import { hasMoreFragments } from '../../client/protocol/PacketHeader.ts';
import { Priority } from '../../client/protocol/Priority.ts';
import { content, contents, echo, message, messagesOf, SessionHarness } from './SessionHarness.ts';

const ignore = (): void => undefined;

function send(harness: SessionHarness, value: number, bytes: number, priority: Priority): NetworkResult {
  return harness.session.send(echo, 1, new Uint8Array(bytes).fill(value), priority);
}

function sendReliable(harness: SessionHarness, value: number, bytes: number, priority: Priority = Priority.Normal): NetworkResult {
  return harness.session.sendReliable(echo, 1, new Uint8Array(bytes).fill(value), priority, ignore, Infinity);
}

describe('a full queue', () => {
  const limits = { maxPacketBytes: 1_000, sendQueueBytes: 3_100 };

  test('drops the oldest Low packets first, then Normal ones', () => {
    const harness = SessionHarness.connected(limits);
    send(harness, 1, 1_000, Priority.Normal);
    send(harness, 2, 1_000, Priority.Low);
    send(harness, 3, 1_000, Priority.Low);
    expect(send(harness, 4, 1_000, Priority.Normal).isOk).toBe(true);
    expect(send(harness, 5, 1_000, Priority.High).isOk).toBe(true);
    expect(send(harness, 6, 1_000, Priority.High).isOk).toBe(true);

    expect(contents(harness.take())).toEqual([5, 6, 4]);
    expect(harness.session.counters.packetsDropped).toBe(3);
  });

  test('a Low packet displaces nothing above it', () => {
    const harness = SessionHarness.connected(limits);
    for (let value = 1; value <= 3; value++) send(harness, value, 1_000, Priority.Normal);

    expect(send(harness, 4, 1_000, Priority.Low)).toMatchObject({ isOk: false, error: { kind: 'LimitExceeded', limit: 'sendQueueBytes' } });
    expect(contents(harness.take())).toEqual([1, 2, 3]);
  });

  test('what is reliable is never dropped', () => {
    const harness = SessionHarness.connected(limits);
    for (let value = 1; value <= 3; value++) sendReliable(harness, value, 1_000, Priority.Low);

    expect(send(harness, 4, 1_000, Priority.Critical).isOk).toBe(false);
    expect(contents(harness.take())).toEqual([1, 2, 3]);
  });
});

describe('the end of a link', () => {
  test('takes unreliable packets with it, and the rest of their trains', () => {
    const harness = SessionHarness.connected();
    send(harness, 1, 100_000, Priority.Low);
    send(harness, 2, 10, Priority.Low);
    harness.session.takeBatch();
    sendReliable(harness, 3, 10);
    harness.resume(0);

    expect(contents(harness.take())).toEqual([3]);
    expect(harness.session.counters.packetsDiscarded).toBe(2);
  });

  test('a duplicate is acknowledged again, even when nothing new came', () => {
    const harness = SessionHarness.connected();
    harness.give(content(1, 1));
    harness.take();
    harness.give(content(1, 1));

    expect(messagesOf(Ack, harness.take())).toEqual([{ sequence: 1 }]);
    expect(harness.received).toEqual([1]);
  });
});

describe('a server that takes less than was queued for it', () => {
  test('is not sent what would cost the link', () => {
    const harness = new SessionHarness();
    harness.session.start(harness.now);
    const results: NetworkResult[] = [];
    harness.session.sendReliable(echo, 1, new Uint8Array(2_000).fill(1), Priority.Normal, (result) => results.push(result), Infinity);
    sendReliable(harness, 2, 500);
    harness.openLink();
    harness.welcome({ maxPacketBytes: 1_000 });

    expect(results).toMatchObject([{ isOk: false, error: { kind: 'LimitExceeded', limit: 'maxPacketBytes', maximum: 1_000 } }]);
    expect(contents(harness.take())).toEqual([2]);
    expect(harness.events.filter((event) => event.kind === 'Error')).toHaveLength(1);
    expect(send(harness, 3, 1_001, Priority.Normal)).toMatchObject({ error: { kind: 'LimitExceeded' } });
  });
});

describe('trains', () => {
  test('fragments of other lanes come between, those of the same lane do not', () => {
    const harness = SessionHarness.connected();
    send(harness, 1, 100_000, Priority.Low);
    send(harness, 2, 10, Priority.Low);
    const [first] = [harness.session.takeBatch()];
    expect(first?.length).toBeLessThanOrEqual(65_536);
    send(harness, 3, 10, Priority.Critical);
    const rest = contents(harness.take());

    expect([rest[0], rest.at(-1), rest.filter((value) => value === 1).length]).toEqual([3, 2, 4]);
  });

  test('all that are under way together stay within twice the largest packet', () => {
    const harness = SessionHarness.connected({ maxPacketBytes: 100_000, sendQueueBytes: 600_000, reliableWindowBytes: 600_000 });
    for (const priority of [Priority.Low, Priority.Normal, Priority.High]) send(harness, 10 + priority, 90_000, priority);
    sendReliable(harness, 9, 90_000, Priority.Critical);
    const underWay = new Map<number, number>();
    for (const { header, payload } of harness.take()) {
      const value = payload[0] ?? -1;
      if (header.channel !== 0 && hasMoreFragments(header)) underWay.set(value, 90_000);
      else underWay.delete(value);
      expect([...underWay.values()].reduce((sum, bytes) => sum + bytes, 0)).toBeLessThanOrEqual(200_000);
    }

    expect(harness.session.queuedBytes).toBe(0);
  });

  test('none begins while packets are repeated', () => {
    const harness = SessionHarness.connected();
    for (let value = 1; value <= 20; value++) sendReliable(harness, value, 16_000);
    harness.take();
    harness.reconnect();
    send(harness, 99, 40_000, Priority.Critical);
    harness.welcome({ resumed: true });
    send(harness, 99, 40_000, Priority.Critical);
    const order = contents(harness.take());

    expect(order.indexOf(99)).toBeGreaterThan(order.indexOf(17));
    expect(order.filter((value) => value !== 99)).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
  });

  test('Pong does not go into the middle of one', () => {
    const harness = SessionHarness.connected();
    send(harness, 1, 100_000, Priority.High);
    harness.session.takeBatch();
    harness.give(message(Ping, { stamp: 5n }));
    const packets = harness.take();

    expect(messagesOf(Pong, packets)).toEqual([{ stamp: 5n }]);
    expect(packets.find((one) => one.header.type === Pong.type && one.header.channel === 0)?.header.priority).toBe(Priority.Critical);
  });
});
