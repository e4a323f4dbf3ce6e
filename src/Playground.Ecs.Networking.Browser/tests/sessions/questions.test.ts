import { describe, expect, test } from 'vitest';
import { QueryChannel, Reply, Request, Response } from '../../client/protocol/Messages.ts';
import { networkError } from '../../client/protocol/NetworkError.ts';
import { done, failed, type NetworkResult } from '../../client/protocol/NetworkResult.ts';
import { isReliable } from '../../client/protocol/PacketHeader.ts';
import { Priority } from '../../client/protocol/Priority.ts';
import { echo, message, read, SessionHarness } from './SessionHarness.ts';

function ask(harness: SessionHarness, deadline = Infinity): { readonly id: number; readonly answers: NetworkResult<Uint8Array>[] } {
  const answers: NetworkResult<Uint8Array>[] = [];
  const queued = harness.session.request(echo, 7, Uint8Array.of(1), Priority.High, (answer) => answers.push(answer), deadline);
  expect(queued.isOk).toBe(true);
  const sent = harness.take().find((one) => one.header.type === Request.type);
  return { id: sent === undefined ? -1 : read(Request, sent.payload).id, answers };
}

const answer = (id: number, error = 0): Uint8Array =>
  message(Response, { id, error, body: Uint8Array.of(42), message: 'no' }, { channel: echo });

describe('asking', () => {
  test('the answer arrives once', () => {
    const harness = SessionHarness.connected();
    const { id, answers } = ask(harness);
    harness.give(answer(id), answer(id));

    expect(answers.map((one) => one.isOk && [...one.value])).toEqual([[42]]);
    expect(harness.session.counters.lateAnswers).toBe(1);
  });

  test('the error of the owner is the answer', () => {
    const harness = SessionHarness.connected();
    const { id, answers } = ask(harness);
    harness.give(answer(id, 14));

    expect(answers).toMatchObject([{ isOk: false, error: { kind: 'HandlerFailed', peerMessage: 'no' } }]);
  });

  test('an answer on another channel is none', () => {
    const harness = SessionHarness.connected();
    const { id, answers } = ask(harness);
    harness.give(message(Response, { id, error: 0, body: new Uint8Array(0), message: null }, { channel: 1001 }));

    expect(answers).toEqual([]);
  });

  test('its deadline ends it', () => {
    const harness = SessionHarness.connected();
    const { answers } = ask(harness, harness.now + 500);
    harness.pass(499);
    expect(answers).toEqual([]);
    harness.pass(1);

    expect(answers).toMatchObject([{ isOk: false, error: { kind: 'Timeout' } }]);
  });

  test('it survives its link', () => {
    const harness = SessionHarness.connected();
    const { id, answers } = ask(harness);
    harness.resume(0);
    harness.give(answer(id));

    expect(answers.map((one) => one.isOk)).toEqual([true]);
  });

  test('no more than pendingRequestsMax wait', () => {
    const harness = SessionHarness.connected({ pendingRequestsMax: 2 });
    ask(harness);
    ask(harness);

    expect(harness.session.request(echo, 7, new Uint8Array(0), Priority.High, () => undefined, Infinity))
      .toMatchObject({ isOk: false, error: { kind: 'LimitExceeded', limit: 'pendingRequestsMax' } });
  });

  test.each([[0, 1, 'Forbidden'], [echo, 0xff00, 'InvalidArgument'], [70_000, 1, 'InvalidArgument']])('channel %i, type %i: %s', (channel, type, kind) => {
    const harness = SessionHarness.connected();

    expect(harness.session.request(channel, type, new Uint8Array(0), Priority.High, () => undefined, Infinity)).toMatchObject({ error: { kind } });
  });

  test('the server is asked over channel 0, reliably', () => {
    const harness = SessionHarness.connected();
    const replies: NetworkResult<Reply>[] = [];
    harness.session.ask(QueryChannel, (id) => ({ id, name: 'echo' }), (reply) => replies.push(reply), Infinity);
    const [question] = harness.take();
    if (question === undefined) throw new Error('no question');
    const { id } = read(QueryChannel, question.payload);
    harness.give(message(Reply, { id, error: 0, message: null, value: Uint8Array.of(0xcd, 0x03, 0xe8) }));

    expect(isReliable(question.header)).toBe(true);
    expect(replies).toMatchObject([{ isOk: true, value: { id } }]);
  });
});

describe('answering', () => {
  test.each([true, false])('on the lane and with the reliability of the question: %s', (reliable) => {
    const harness = SessionHarness.connected();
    const header = { channel: echo, priority: Priority.Low, flags: reliable ? 1 : 0, sequence: reliable ? 1 : 0 };
    harness.give(message(Request, { id: 9, type: 3, body: Uint8Array.of(5) }, header));
    const [event] = harness.events;
    if (event?.kind !== 'Request') throw new Error('no request');
    expect([event.type, [...event.body]]).toEqual([3, [5]]);
    harness.session.respond(echo, event.requestId, done(Uint8Array.of(6)));
    const sent = harness.take().find((one) => one.header.type === Response.type);

    expect(sent?.header).toMatchObject({ channel: echo, priority: Priority.Low, flags: reliable ? 1 : 0 });
    expect(read(Response, sent?.payload ?? new Uint8Array(0))).toEqual({ id: 9, error: 0, body: Uint8Array.of(6), message: null });
  });

  test('an error, or an answer that is too large, is an answer too', () => {
    const harness = SessionHarness.connected({ maxPacketBytes: 1_000 });
    const ids = [1, 2];
    harness.give(...ids.map((id) => message(Request, { id, type: 3, body: new Uint8Array(0) }, { channel: echo })));
    const requests = harness.events.flatMap((event) => (event.kind === 'Request' ? [event.requestId] : []));
    const answers = [failed(networkError('Forbidden', 'not you')), done(new Uint8Array(2_000))];
    requests.forEach((request, index) => harness.session.respond(echo, request, answers[index] ?? done(new Uint8Array(0))));

    expect(harness.take().map((one) => read(Response, one.payload).error)).toEqual([4, 10]);
  });

  test('who asked in a session that is lost gets none', () => {
    const harness = SessionHarness.connected();
    harness.give(message(Request, { id: 1, type: 3, body: new Uint8Array(0) }, { channel: echo }));
    const [event] = harness.events;
    harness.reconnect();
    harness.welcome();
    if (event?.kind !== 'Request') throw new Error('no request');

    expect(harness.session.respond(echo, event.requestId, done(new Uint8Array(0)))).toMatchObject({ error: { kind: 'NotConnected' } });
  });
});
