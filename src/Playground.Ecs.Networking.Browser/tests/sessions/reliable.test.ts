import { describe, expect, test } from 'vitest';
import { Ack } from '../../client/protocol/Messages.ts';
import type { NetworkResult } from '../../client/protocol/NetworkResult.ts';
import { Priority } from '../../client/protocol/Priority.ts';
import { content, contents, echo, message, messagesOf, packet, sequences, SessionHarness } from './SessionHarness.ts';

function sendReliable(harness: SessionHarness, value: number, deadline = Infinity): NetworkResult[] {
  const results: NetworkResult[] = [];
  const queued = harness.session.sendReliable(echo, 1, Uint8Array.of(value), Priority.Normal, (result) => results.push(result), deadline);
  expect(queued.isOk).toBe(true);
  return results;
}

describe('sending', () => {
  test('an acknowledgement completes what it covers, and no more', () => {
    const harness = SessionHarness.connected();
    const results = [1, 2, 3].map((value) => sendReliable(harness, value));
    expect(sequences(harness.take())).toEqual([1, 2, 3]);
    harness.give(message(Ack, { sequence: 2 }));

    expect(results.map((one) => one.map((result) => result.isOk))).toEqual([[true], [true], []]);
  });

  test('the numbers wrap around', () => {
    const harness = SessionHarness.connected({}, 65_534);
    const results = [1, 2, 3].map((value) => sendReliable(harness, value));
    expect(sequences(harness.take())).toEqual([65_535, 0, 1]);
    harness.give(message(Ack, { sequence: 65_535 }));
    harness.give(message(Ack, { sequence: 1 }));

    expect(results.every((one) => one.length === 1)).toBe(true);
  });

  test('a stale acknowledgement is ignored, an impossible one ends the session', () => {
    const harness = SessionHarness.connected();
    sendReliable(harness, 1);
    sendReliable(harness, 2);
    harness.take();
    harness.give(message(Ack, { sequence: 2 }), message(Ack, { sequence: 1 }));
    expect(harness.session.takeClose()).toBeUndefined();
    harness.give(message(Ack, { sequence: 3 }));

    expect(harness.session.takeClose()?.code).toBe(4505);
  });

  test('at most 1,024 packets are unacknowledged, and unreliable ones pass them', () => {
    const harness = SessionHarness.connected();
    for (let i = 0; i < 1_030; i++) sendReliable(harness, i & 0xff);
    expect(sequences(harness.take())).toHaveLength(1_024);
    expect(harness.session.send(echo, 1, Uint8Array.of(9), Priority.Low).isOk).toBe(true);
    expect(contents(harness.take())).toEqual([9]);
    harness.give(message(Ack, { sequence: 6 }));

    expect(sequences(harness.take())).toEqual([1_025, 1_026, 1_027, 1_028, 1_029, 1_030]);
  });

  test('after a resume everything unacknowledged comes again, in order and with its number, before anything new', () => {
    const harness = SessionHarness.connected();
    const results = [1, 2, 3].map((value) => sendReliable(harness, value));
    harness.take();
    harness.session.linkClosed(1006, '', harness.now);
    const later = sendReliable(harness, 4);
    harness.waitForLink();
    expect(harness.openLink().resumeToken).toEqual(Uint8Array.of(1));
    harness.welcome({ resumed: true, lastReceived: 1 });
    const packets = harness.take();

    expect(results.map((one) => one.length)).toEqual([1, 0, 0]);
    expect(contents(packets)).toEqual([2, 3, 4]);
    expect(sequences(packets)).toEqual([2, 3, 4]);
    harness.give(message(Ack, { sequence: 4 }));
    expect(later.map((result) => result.isOk)).toEqual([true]);
  });

  test('a lost session fails what was under way, and begins to count anew', () => {
    const harness = SessionHarness.connected();
    const results = sendReliable(harness, 1);
    harness.take();
    harness.reconnect();
    harness.welcome();

    expect(results).toMatchObject([{ isOk: false, error: { kind: 'NotConnected' } }]);
    expect(harness.kinds).toEqual(['Reconnecting', 'SessionLost']);
    sendReliable(harness, 2);
    expect(sequences(harness.take())).toEqual([1]);
  });

  test('what had not begun to be sent at its deadline is withdrawn', () => {
    const harness = SessionHarness.connected();
    harness.session.linkClosed(1006, '', harness.now);
    const results = sendReliable(harness, 1, harness.now + 10);
    harness.waitForLink();
    harness.openLink();
    harness.welcome({ resumed: true });

    expect(results).toMatchObject([{ isOk: false, error: { kind: 'Timeout' } }]);
    expect(contents(harness.take())).toEqual([]);
  });

  test('the offline queue is bounded', () => {
    const harness = new SessionHarness({ maxPacketBytes: 1_000, sendQueueBytes: 2_000 });
    harness.session.start(harness.now);
    const send = (): NetworkResult => harness.session.sendReliable(echo, 1, new Uint8Array(900), Priority.Normal, () => undefined, Infinity);
    expect([send().isOk, send().isOk]).toEqual([true, true]);

    expect(send()).toMatchObject({ isOk: false, error: { kind: 'LimitExceeded', limit: 'sendQueueBytes', maximum: 2_000, asked: 2_736 } });
  });
});

describe('receiving', () => {
  test('each packet is surfaced once and acknowledged', () => {
    const harness = SessionHarness.connected();
    harness.give(content(1, 1), content(2, 2));
    expect(messagesOf(Ack, harness.take())).toEqual([{ sequence: 2 }]);
    harness.give(content(1, 1), content(2, 2), content(3, 3));

    expect(harness.received).toEqual([1, 2, 3]);
    expect(messagesOf(Ack, harness.take())).toEqual([{ sequence: 3 }]);
  });

  test('the numbers wrap around', () => {
    const harness = SessionHarness.connected({}, 65_534);
    harness.give(content(1, 65_535), content(2, 0), content(2, 0), content(3, 1));

    expect(harness.received).toEqual([1, 2, 3]);
    expect(messagesOf(Ack, harness.take())).toEqual([{ sequence: 1 }]);
  });

  test.each([2, 32_769, 64_512])('sequence %i cannot come first', (sequence) => {
    const harness = SessionHarness.connected();
    harness.give(content(1, sequence));

    expect(harness.session.takeClose()?.code).toBe(4505);
    expect(harness.received).toEqual([]);
  });

  test('Hello of the next link says what was received', () => {
    const harness = SessionHarness.connected();
    harness.give(content(1, 1), content(2, 2));
    expect(harness.resume(0).lastReceived).toBe(2);
    harness.give(content(2, 2), content(3, 3));

    expect(harness.received).toEqual([1, 2, 3]);
    expect(harness.kinds).toEqual(['Reconnecting', 'Resumed']);
  });

  test('a reliable train goes on after a resume, an unreliable one does not', () => {
    const harness = SessionHarness.connected();
    const part = (sequence: number, flags: number, value: number): Uint8Array =>
      packet({ channel: echo, type: 5, flags, sequence }, Uint8Array.of(value));
    harness.give(part(1, 3, 1), part(0, 2, 8));
    harness.resume(0);
    harness.give(part(2, 1, 2), part(0, 0, 9));

    expect(harness.events.flatMap((event) => (event.kind === 'Packet' ? [[...event.data]] : []))).toEqual([[1, 2], [9]]);
  });

  test.each([
    ['a message that is no batch', Uint8Array.of(1, 2, 3), 4501],
    ['a message above 64 KiB', packet({ channel: echo, type: 1 }, new Uint8Array(65_536)), 1009],
    ['a reliable Ack', message(Ack, { sequence: 0 }, { flags: 1, sequence: 1 }), 4501],
  ])('%s ends the session', (_, bytes, code) => {
    const harness = SessionHarness.connected();
    harness.give(bytes);

    expect(harness.session.takeClose()?.code).toBe(code);
    harness.session.linkClosed(code, '', harness.now);
    harness.takeEvents();
    expect(harness.states.at(-1)).toMatchObject({ kind: 'Closed', error: { kind: 'MalformedPacket' } });
  });
});
