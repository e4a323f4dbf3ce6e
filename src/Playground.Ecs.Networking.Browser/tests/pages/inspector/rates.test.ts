import { describe, expect, test } from 'vitest';
import { ChannelRates } from '../../../pages/inspector/model/ChannelLine.ts';
import { ConnectionRates, meanLatency } from '../../../pages/inspector/model/ConnectionLine.ts';
import { OverviewWindow } from '../../../pages/inspector/model/OverviewRates.ts';
import { RateWindow, RateWindows } from '../../../pages/inspector/model/Rates.ts';
import { channelRow, connectionRow, overviewOf } from './Rows.ts';

describe('a rate window', () => {
  test('knows nothing of one snapshot', () => {
    expect(new RateWindow(['n']).push(250, { n: 10 })).toBeUndefined();
  });

  test('divides by the time of the server', () => {
    const window = new RateWindow(['n']);
    window.push(1_000, { n: 10 });
    expect(window.push(1_250, { n: 20 })).toEqual({ n: 40 });
  });

  test('is the mean of the last second', () => {
    const window = new RateWindow(['n']);
    for (const [at, n] of [[0, 0], [250, 100], [500, 100], [750, 100], [1_000, 100]] as const) window.push(at, { n });
    expect(window.rates).toEqual({ n: 100 });
    expect(window.push(1_250, { n: 100 })).toEqual({ n: 0 });
  });

  test('of no width has the last step alone', () => {
    const window = new RateWindow(['n'], 0);
    for (const [at, n] of [[0, 0], [250, 100], [500, 150]] as const) window.push(at, { n });
    expect(window.rates).toEqual({ n: 200 });
  });

  test('has rates where snapshots are further apart than its width', () => {
    const window = new RateWindow(['n']);
    window.push(0, { n: 0 });
    window.push(2_000, { n: 10 });
    expect(window.push(4_000, { n: 40 })).toEqual({ n: 15 });
  });

  test('begins anew when a count or the time goes back', () => {
    const window = new RateWindow(['n', 'm']);
    window.push(1_000, { n: 10, m: 10 });
    window.push(1_250, { n: 20, m: 10 });
    expect(window.push(1_500, { n: 30, m: 9 })).toBeUndefined();
    expect(window.push(1_750, { n: 31, m: 9 })).toEqual({ n: 4, m: 0 });
    expect(window.push(250, { n: 40, m: 40 })).toBeUndefined();
    expect(window.push(500, { n: 41, m: 40 })).toEqual({ n: 4, m: 0 });
  });

  test('begins anew after a gap, whose mean says nothing', () => {
    const window = new RateWindow(['n']);
    window.push(1_000, { n: 10 });
    expect(window.push(7_000, { n: 70_000 })).toBeUndefined();
    expect(window.push(7_250, { n: 70_010 })).toEqual({ n: 40 });
  });

  test('takes a snapshot of the same time for the one that it has', () => {
    const window = new RateWindow(['n']);
    window.push(1_000, { n: 10 });
    window.push(1_250, { n: 20 });
    expect(window.push(1_250, { n: 30 })).toEqual({ n: 40 });
  });
});

test('windows are forgotten with the rows that went', () => {
  const windows = new RateWindows(['n']);
  const round = (at: number, rows: readonly string[], n: number): unknown[] => windows.round(at, rows, (row) => row, () => ({ n }));
  round(0, ['a', 'b'], 0);
  expect(round(1_000, ['b', 'a'], 10)).toEqual([{ n: 10 }, { n: 10 }]);
  expect(round(2_000, ['a'], 20)).toEqual([{ n: 10 }]);
  expect(round(3_000, ['a', 'b'], 30)).toEqual([{ n: 10 }, undefined]);
});

describe('overviews', () => {
  test('give rates of all and of each lane', () => {
    const window = new OverviewWindow();
    window.push(overviewOf(1_000, 100));
    const { rates, lanes, isRestart } = window.push(overviewOf(1_500, 200));
    expect(isRestart).toBe(false);
    expect(rates?.packetsIn).toBe(200);
    expect(rates?.bytesOut).toBe(20_000);
    expect(lanes.map((lane) => lane?.packetsOut)).toEqual([0, 200, 400, 600]);
  });

  test('of a server that was started anew say so once', () => {
    const window = new OverviewWindow();
    window.push(overviewOf(60_000, 1_000));
    expect(window.push(overviewOf(250, 1)).isRestart).toBe(true);
    const after = window.push(overviewOf(500, 2));
    expect(after.isRestart).toBe(false);
    expect(after.rates?.packetsIn).toBe(4);
  });

  test('with smaller counts are of another server, whatever its uptime', () => {
    const window = new OverviewWindow();
    window.push(overviewOf(1_000, 1_000));
    expect(window.push(overviewOf(90_000, 999)).isRestart).toBe(true);
  });

  test('of a server with fewer lanes leave the others out', () => {
    const window = new OverviewWindow();
    window.push({ ...overviewOf(0, 0), lanes: [] });
    expect(window.push({ ...overviewOf(250, 1), lanes: [] }).lanes).toEqual([undefined, undefined, undefined, undefined]);
  });
});

test('a peer that comes back at another entity has counts of its own', () => {
  const rates = new ConnectionRates();
  rates.lines(0, [connectionRow({ entity: 1, packetsIn: 500 })]);
  const [same] = rates.lines(1_000, [connectionRow({ entity: 1, packetsIn: 530 })]);
  expect(same?.packetsInRate).toBe(30);
  const [other] = rates.lines(2_000, [connectionRow({ entity: 2, packetsIn: 3 })]);
  expect(other?.packetsInRate).toBeUndefined();
});

test('links that nobody serves yet are told apart by their address', () => {
  const lines = new ConnectionRates().lines(0, ['[::1]:1', '[::1]:2'].map((address) => connectionRow({ entity: 0, peerId: '', address })));
  expect(new Set(lines.map(({ key }) => key)).size).toBe(2);
});

test('the mean latency is of those that have one', () => {
  expect(meanLatency([])).toBeUndefined();
  expect(meanLatency([connectionRow({ latencyMs: 0 })])).toBeUndefined();
  expect(meanLatency([0, 10, 20].map((latencyMs) => connectionRow({ latencyMs })))).toBe(15);
});

test('packet types are joined with their channel, by number and with names', () => {
  const rates = new ChannelRates();
  const type = (number: number, packetsIn: number): object => ({ type: number, packetsIn, packetsOut: 0, bytesIn: 0, bytesOut: 0 });
  const rows = (packets: number): ReturnType<typeof channelRow>[] => [
    channelRow({ id: 0, name: 'control', types: [type(4, packets), type(3, packets)] as never }),
    channelRow({ id: 1_000, name: 'echo', owner: 'ada', packetsIn: packets, types: [type(0xffff, 0), type(0xff00, 2 * packets), type(7, 0)] as never }),
  ];
  rates.lines(0, rows(0));
  const [control, echo] = rates.lines(1_000, rows(10));
  expect(control?.types.map(({ name, packetsInRate }) => [name, packetsInRate])).toEqual([['Ping', 10], ['Pong', 10]]);
  expect(echo?.types.map(({ name, packetsInRate }) => [name, packetsInRate])).toEqual([['type 7', 0], ['Request', 20], ['all others', 0]]);
  expect([echo?.packetsInRate, echo?.kind, echo?.owner]).toEqual([10, 'peer', 'ada']);
});
