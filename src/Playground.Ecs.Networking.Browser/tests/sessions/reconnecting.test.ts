import { describe, expect, test } from 'vitest';
import { Goodbye } from '../../client/protocol/Messages.ts';
import { vectors } from '../protocol/VectorFile.ts';
import { message, SessionHarness } from './SessionHarness.ts';

function delays(random: number, count: number): number[] {
  const harness = SessionHarness.connected({ random: () => random });
  harness.session.linkClosed(1006, '', harness.now);
  harness.takeEvents();
  for (let failure = 1; failure < count; failure++) {
    harness.waitForLink();
    harness.session.linkFailed('nobody is there', harness.now);
    harness.takeEvents();
  }

  return harness.states.flatMap((state) => ('delayMs' in state ? [state.delayMs] : []));
}

describe('the wait before the next link', () => {
  test('its ceiling doubles from 0.25 s to 15 s', () => {
    expect(delays(1, 9)).toEqual([250, 500, 1_000, 2_000, 4_000, 8_000, 15_000, 15_000, 15_000]);
  });

  test('it is random below that: full jitter', () => {
    expect(delays(0, 3)).toEqual([0, 0, 0]);
    expect(delays(0.5, 3)).toEqual([125, 250, 500]);
  });

  test('three failures in a row are told', () => {
    const harness = SessionHarness.connected();
    harness.session.linkClosed(1006, '', harness.now);
    for (let failure = 0; failure < 3; failure++) {
      harness.waitForLink();
      harness.session.linkFailed('nobody is there', harness.now);
    }

    harness.takeEvents();
    expect(harness.kinds).toEqual(['Reconnecting', 'Reconnecting', 'Reconnecting', 'Unreachable']);
    expect(harness.states.at(-1)).toMatchObject({ failures: 3, error: { kind: 'NotConnected' } });
  });

  test('a link that lived begins it anew, one that was welcomed and dropped does not', () => {
    const harness = SessionHarness.connected({ random: () => 1 });
    for (let i = 0; i < 3; i++) harness.resume(0);
    for (let second = 0; second < 20; second++) {
      harness.pass(1_000);
      harness.take();
      harness.give();
    }

    harness.resume(0);
    expect(harness.states.flatMap((state) => (state.kind === 'Reconnecting' ? [state.delayMs] : []))).toEqual([250, 500, 1_000, 250]);
  });

  test.each([[2_000, 2_125], [10 ** 9, 300_125]])('what Goodbye asks for, %i ms, is waited in addition', (retryAfterMs, delayMs) => {
    const harness = SessionHarness.connected();
    harness.give(message(Goodbye, { error: 11, reason: 'slowly', retryAfterMs }));
    harness.session.linkClosed(4002, '', harness.now);
    harness.takeEvents();

    expect(harness.states).toMatchObject([{ kind: 'Reconnecting', delayMs, error: { kind: 'RateLimited' } }]);
  });
});

describe('the close of the server', () => {
  test.each(vectors.closeCodes)('$code is final or not', ({ code, final }) => {
    const harness = SessionHarness.connected();
    harness.session.linkClosed(code, 'because', harness.now);
    harness.takeEvents();

    expect(harness.kinds).toEqual([final ? 'Closed' : 'Reconnecting']);
    expect(harness.session.nextDeadline === Infinity).toBe(final);
  });
});

describe('the close of this side', () => {
  test('sends what waits, then Goodbye, and ends', () => {
    const harness = SessionHarness.connected();
    harness.session.send(1000, 1, Uint8Array.of(1), 2);
    harness.session.close(harness.now);
    expect(harness.session.send(1000, 1, Uint8Array.of(2), 2)).toMatchObject({ error: { kind: 'NotConnected' } });
    const packets = harness.take();

    expect(packets.map((one) => [one.header.channel, one.header.type])).toEqual([[1000, 1], [0, 15]]);
    expect(harness.session.takeClose()?.code).toBe(1000);
    harness.session.linkClosed(1000, '', harness.now);
    harness.takeEvents();
    expect(harness.states).toEqual([{ kind: 'Closed', isConnected: false, error: undefined }]);
  });

  test('is at once without a link', () => {
    const harness = SessionHarness.connected();
    harness.session.linkClosed(1006, '', harness.now);
    harness.session.close(harness.now);
    harness.takeEvents();

    expect(harness.kinds).toEqual(['Reconnecting', 'Closed']);
    expect(harness.session.nextDeadline).toBe(Infinity);
  });
});
