import { networkError } from '../../../client/index.ts';
import { describe, expect, test } from 'vitest';
import { closed, connected, connecting, idle, reconnecting, unreachable } from '../../../client/ClientState.ts';
import { channelNotFound } from '../../../client/protocol/NetworkError.ts';
import { type LinkStatus, statusOfRefusal, statusOfState } from '../../../pages/inspector/link/LinkStatus.ts';
import { stateName } from '../../../pages/inspector/model/ConnectionState.ts';
import { sharesOf } from '../../../pages/inspector/model/StageShares.ts';
import { wordsOf } from '../../../pages/inspector/model/StateWords.ts';
import { overviewOf } from './Rows.ts';

const lost = networkError('NotConnected', 'the link ended');

describe('the link’s status', () => {
  test('says when the next attempt is', () => {
    expect(statusOfState(reconnecting(2, 400, lost), 1_000)).toEqual({ kind: 'reconnecting', attempt: 2, retryAt: 1_400, reason: lost.message });
    expect(statusOfState(unreachable(3, 800, lost), 1_000)).toEqual({ kind: 'unreachable', attempt: 3, retryAt: 1_800, reason: lost.message });
  });

  test('asks for a token where the server refused for want of one', () => {
    expect(statusOfState(closed(networkError('Unauthorized', 'no token')), 0)?.kind).toBe('tokenNeeded');
    expect(statusOfState(closed(networkError('MalformedPacket', 'x')), 0)?.kind).toBe('closed');
    expect(statusOfState(closed(undefined), 0)).toEqual({ kind: 'closed', reason: '' });
  });

  test('is the channel’s matter while there is a link', () => {
    expect([idle, connecting].map((state) => statusOfState(state, 0)?.kind)).toEqual(['connecting', 'connecting']);
    for (const kind of ['Connected', 'Resumed', 'SessionLost'] as const) expect(statusOfState(connected(kind, 'peer-1'), 0)).toBeUndefined();
  });

  test('tells an inspector that is off from one that is forbidden', () => {
    expect(statusOfRefusal(channelNotFound(0, 'inspector'))).toEqual({ kind: 'off' });
    expect(statusOfRefusal(networkError('Forbidden', 'x')).kind).toBe('forbidden');
    expect(statusOfRefusal(networkError('Unauthorized', 'x')).kind).toBe('tokenNeeded');
    expect(statusOfRefusal(networkError('Timeout', 'x')).kind).toBe('trouble');
  });
});

describe('the words', () => {
  const waiting = { attempt: 1, retryAt: 0, reason: 'Gone.' };
  const all: readonly LinkStatus[] = [
    { kind: 'off' }, { kind: 'unreachable', ...waiting }, { kind: 'reconnecting', ...waiting }, { kind: 'forbidden', reason: 'No.' },
    { kind: 'tokenNeeded', reason: 'Who?' }, { kind: 'closed', reason: 'Over.' }, { kind: 'trouble', reason: 'Timeout.' },
  ];

  test.each(all)('of $kind say what is going on', (status) => {
    const { title, text, short } = wordsOf(status, true);
    expect([title, text, short].every((words) => words !== undefined && words.length > 3)).toBe(true);
  });

  test('leave old numbers to be read, and are all there is without any', () => {
    expect(wordsOf({ kind: 'reconnecting', ...waiting }, true).blocks).toBe(false);
    expect(wordsOf({ kind: 'unreachable', ...waiting }, false).blocks).toBe(true);
    expect(wordsOf({ kind: 'reconnecting', ...waiting }, false).blocks).toBe(true);
    expect(wordsOf({ kind: 'forbidden', reason: '' }, false)).toMatchObject({ blocks: true, wantsToken: true });
    expect(wordsOf({ kind: 'forbidden', reason: '' }, true)).toMatchObject({ blocks: false, wantsToken: true });
    expect(wordsOf({ kind: 'live' }, true)).toMatchObject({ tone: 'good', blocks: false });
    expect(wordsOf({ kind: 'reconnecting', ...waiting, reason: 'the server is stopping' }, true).text).toMatch(/^The server is stopping\. The/);
    expect(wordsOf({ kind: 'off' }, false).code).toContain('InspectorOptions');
  });
});

test('states of connections have names, those of a later server their number', () => {
  expect([0, 2, 4, 6].map((state) => stateName(state).name)).toEqual(['Silent', 'Open', 'Away', 'Expected']);
  expect(stateName(9)).toEqual({ name: 'State 9', tone: 'muted' });
});

describe('the frame', () => {
  const stage = (name: string, meanUs: number): { name: string; meanUs: number; p99Us: number; maxUs: number } => (
    { name, meanUs, p99Us: 2 * meanUs, maxUs: 3 * meanUs });

  test('is its stages, what they leave to the game, and the budget', () => {
    const stages = [stage('receive', 100), stage('send', 200), stage('networking', 300), stage('frame', 1_000)];
    const shares = sharesOf({ ...overviewOf(0, 0), stages });
    expect(shares.parts.map(({ name, meanUs }) => [name, meanUs])).toEqual([['receive', 100], ['send', 200], ['game', 700]]);
    expect(shares.sums.map(({ title }) => title)).toEqual(['Networking in all', 'Whole frame']);
    expect([shares.budgetUs, shares.frame?.p99Us]).toEqual([20_000, 2_000]);
  });

  test('has stages that this page does not know, and may lack the sums', () => {
    const shares = sharesOf({ ...overviewOf(0, 0), stages: [stage('physics', 5)] });
    expect(shares.parts.map(({ title }) => title)).toEqual(['physics']);
    expect([shares.sums, shares.frame]).toEqual([[], undefined]);
  });

  test('leaves the game no less than nothing', () => {
    const shares = sharesOf({ ...overviewOf(0, 0), stages: [stage('networking', 10.5), stage('frame', 10)] });
    expect(shares.parts.at(-1)).toMatchObject({ name: 'game', meanUs: 0 });
  });
});
