import { describe, expect, test } from 'vitest';
import { Goodbye, Ping, Pong, Welcome } from '../../client/protocol/Messages.ts';
import { Priority } from '../../client/protocol/Priority.ts';
import { content, echo, message, messagesOf, SessionHarness } from './SessionHarness.ts';

describe('opening a link', () => {
  test('Hello asks for a new session, and nothing else is sent before Welcome', () => {
    const harness = new SessionHarness({ clientName: 'ada', authToken: 'secret' });
    harness.session.start(harness.now);
    harness.session.sendReliable(echo, 1, Uint8Array.of(7), Priority.Normal, () => undefined, Infinity);
    const hello = harness.openLink();

    expect(hello).toEqual({ version: 1, clientName: 'ada', authToken: 'secret', resumeToken: new Uint8Array(0), lastReceived: 0 });
    expect(harness.take()).toEqual([]);
    harness.welcome();
    expect(harness.take().map((one) => one.header.channel)).toContain(echo);
    expect(harness.kinds).toEqual(['Connecting', 'Connected']);
    expect(harness.session.peerId).toBe('peer-1');
  });

  test('an unreliable packet needs a link', () => {
    const harness = new SessionHarness();
    harness.session.start(harness.now);

    expect(harness.session.send(echo, 1, new Uint8Array(1), Priority.Low)).toMatchObject({ isOk: false, error: { kind: 'NotConnected' } });
  });

  test.each([
    ['a packet before Welcome', () => content(1), 4501],
    ['another version', () => welcome({ version: 2 }), 4500],
    ['a resume that was not asked for', () => welcome({ resumed: true }), 4501],
    ['a token without an end', () => welcome({ resumeToken: new Uint8Array(1_025) }), 4501],
    ['an acknowledgement of what was not sent', () => welcome({ lastReceived: 1 }), 4505],
    ['Welcome with the Reliable flag', () => message(Welcome, welcomeFields(), { flags: 1, sequence: 1 }), 4501],
  ])('%s ends the client', (_, bytes, code) => {
    const harness = new SessionHarness();
    harness.session.start(harness.now);
    harness.openLink();
    harness.give(bytes());

    expect(harness.session.takeClose()?.code).toBe(code);
    harness.session.linkClosed(code, '', harness.now);
    harness.takeEvents();
    expect(harness.kinds.at(-1)).toBe('Closed');
    expect(harness.session.wantsLink).toBe(false);
  });

  test('a refusal says what Goodbye said', () => {
    const harness = new SessionHarness();
    harness.session.start(harness.now);
    harness.openLink();
    harness.give(message(Goodbye, { error: 3, reason: 'who are you?', retryAfterMs: 0 }));
    harness.session.linkClosed(4502, 'unauthorized', harness.now);
    harness.takeEvents();

    expect(harness.states.at(-1)).toMatchObject({ kind: 'Closed', error: { kind: 'Unauthorized', peerMessage: 'who are you?' } });
  });
});

describe('liveness', () => {
  test('Ping is answered in the next batch, with its stamp', () => {
    const harness = SessionHarness.connected();
    const stamp = 2n ** 64n - 1n;
    harness.give(message(Ping, { stamp }));

    expect(messagesOf(Pong, harness.take())).toEqual([{ stamp }]);
  });

  test('a flood of Pings gets sixteen Pongs', () => {
    const harness = SessionHarness.connected();
    harness.give(...Array.from({ length: 100 }, (_, stamp) => message(Ping, { stamp: BigInt(stamp) })));

    expect(messagesOf(Pong, harness.take()).map((pong) => pong.stamp)).toEqual(Array.from({ length: 16 }, (_, i) => BigInt(84 + i)));
  });

  test('the round trip is measured at once, and a stamp of somebody else is not', () => {
    const harness = new SessionHarness();
    harness.session.start(harness.now);
    harness.openLink();
    harness.welcome();
    const [ping] = messagesOf(Ping, harness.take());
    if (ping === undefined) throw new Error('no Ping');
    harness.pass(40);
    harness.give(message(Pong, ping), message(Pong, { stamp: 10n ** 12n }));

    expect(harness.session.roundTripMs).toBeCloseTo(40);
  });

  test('a side that has nothing to say pings at every heartbeat', () => {
    const harness = SessionHarness.connected();
    harness.pass(999);
    expect(harness.take()).toEqual([]);
    harness.pass(1);
    expect(messagesOf(Ping, harness.take())).toHaveLength(1);
  });

  test('silence ends the link without a handshake', () => {
    const harness = SessionHarness.connected();
    for (let second = 0; second < 10; second++) {
      expect(harness.session.takeClose()).toBeUndefined();
      harness.pass(1_000);
      harness.take();
    }

    expect(harness.session.takeClose()?.code).toBe(1006);
    harness.session.linkClosed(1006, '', harness.now);
    harness.takeEvents();
    expect(harness.states.at(-1)).toMatchObject({ kind: 'Reconnecting', attempt: 1, error: { kind: 'Timeout' } });
  });

  test('no acknowledgement for 5 s ends the link with 4000', () => {
    const harness = SessionHarness.connected();
    harness.session.sendReliable(echo, 1, Uint8Array.of(1), Priority.Normal, () => undefined, Infinity);
    for (let second = 0; second < 5; second++) {
      harness.take();
      harness.give(message(Pong, { stamp: 0n }));
      expect(harness.session.takeClose()).toBeUndefined();
      harness.pass(1_000);
    }

    expect(harness.session.takeClose()?.code).toBe(4000);
  });
});

function welcomeFields(): Welcome {
  const resumeToken = Uint8Array.of(1);
  return { version: 1, peerId: 'p', resumeToken, resumed: false, lastReceived: 0, frameRate: 60, heartbeatMs: 1_000, maxPacketBytes: 262_144 };
}

function welcome(fields: Partial<Welcome>): Uint8Array {
  return message(Welcome, { ...welcomeFields(), ...fields });
}
