import { describe, expect, test } from 'vitest';
import { decodePacket, describeFlags, describeSequence, type LoggedPacket } from '../../../pages/inspector/model/LoggedPacket.ts';
import { everything, type LogFilter, PacketLog, passes } from '../../../pages/inspector/model/PacketLog.ts';
import { fromHex } from '../../protocol/VectorFile.ts';
import { packetRow } from './Rows.ts';

const names = new Map([[1_000, 'echo'], [102, 'inspector']]);
const nameOf = (channel: number): string | undefined => names.get(channel);

function decoded(hex: string): LoggedPacket {
  return decodePacket(0, packetRow({ header: fromHex(hex) }), nameOf);
}

function packets(log: PacketLog, count: number): LoggedPacket[] {
  return Array.from({ length: count }, () => decodePacket(log.nextSerial(), packetRow({}), nameOf));
}

const serials = (log: PacketLog): number[] => log.rows(everything).map(({ serial }) => serial);

describe('a header', () => {
  test('is the worked example of PROTOCOL.md', () => {
    expect(decoded('e80307000100000003000000')).toMatchObject({
      channel: 1_000, channelName: 'echo', type: 7, typeName: 'type 7', lane: 'High', isReliable: false, hasMoreFragments: false,
      sequence: 0, payloadBytes: 3,
    });
  });

  test('has flags and a sequence', () => {
    expect(decoded('e80300ff0203feff00400000')).toMatchObject({
      typeName: 'Request', lane: 'Normal', isReliable: true, hasMoreFragments: true, sequence: 65_534, payloadBytes: 16_384,
    });
  });

  test('names control packets, and no others of that number', () => {
    expect(decoded('000003000000000000000000')).toMatchObject({ channelName: 'control', typeName: 'Ping' });
    expect(decoded('000000ff0000000000000000')).toMatchObject({ typeName: 'type 65280' });
    expect(decoded('e80303000000000000000000')).toMatchObject({ typeName: 'type 3' });
    expect(decoded('660010000000000000000000')).toMatchObject({ channelName: 'inspector', typeName: 'Watch' });
    expect(decoded('d10703000000000000000000')).toMatchObject({ channelName: '2001' });
  });
});

test('a sequence is there for reliable packets, and on their way out not yet', () => {
  const reliable = decoded('e80300ff0201000000000000');
  expect([describeSequence(reliable), describeSequence({ ...reliable, isOut: true })]).toEqual(['0', 'not yet']);
  expect(describeSequence({ ...reliable, isOut: true, sequence: 5 })).toBe('5');
  expect(describeSequence(decoded('e80307000100000003000000'))).toBe('');
  const all = [reliable, { ...reliable, hasMoreFragments: true }, decoded('e80307000100000003000000')];
  expect(all.map(describeFlags)).toEqual(['Reliable', 'Reliable, More', '']);
});

describe('a filter', () => {
  const packet: LoggedPacket = { ...decoded('e80300ff0101020003000000'), peer: 'Ada', isOut: true };
  const filtered = (filter: Partial<LogFilter>): boolean => passes(packet, { ...everything, ...filter });

  test.each([
    [{}, true], [{ direction: 'out' }, true], [{ direction: 'in' }, false], [{ channel: 'ECH' }, true], [{ channel: '1000' }, true],
    [{ channel: 'chat' }, false], [{ type: 'request' }, true], [{ type: '0xff00' }, true], [{ type: '65280' }, true], [{ type: 'response' }, false],
    [{ peer: 'ad' }, true], [{ peer: 'bob' }, false], [{ channel: 'echo', peer: 'bob' }, false],
  ] as const)('%j: %s', (filter, expected) => {
    expect(filtered(filter)).toBe(expected);
  });
});

describe('the log', () => {
  test('keeps the newest, and shows them first', () => {
    const log = new PacketLog(3);
    log.add(packets(log, 5), 0);
    expect(serials(log)).toEqual([4, 3, 2]);
    expect(log.length).toBe(3);
    expect(log.notShown).toBe(0);
  });

  test('holds back while it is paused, and goes on with what waited', () => {
    const log = new PacketLog(4);
    log.add(packets(log, 2), 1);
    log.pause();
    log.add(packets(log, 3), 0);
    expect([log.waiting, log.isPaused, serials(log)]).toEqual([3, true, [1, 0]]);
    log.resume();
    expect([log.waiting, log.isPaused, serials(log), log.notShown]).toEqual([0, false, [4, 3, 2, 1], 1]);
  });

  test('counts what a long pause has no room for', () => {
    const log = new PacketLog(4);
    log.pause();
    log.add(packets(log, 10), 5);
    expect([log.waiting, log.notShown]).toEqual([4, 11]);
    log.resume();
    expect(serials(log)).toEqual([9, 8, 7, 6]);
  });

  test('is empty when it was cleared, and stays paused', () => {
    const log = new PacketLog(4);
    log.add(packets(log, 2), 3);
    log.pause();
    log.add(packets(log, 2), 0);
    log.clear();
    expect([log.length, log.waiting, log.notShown, log.isPaused]).toEqual([0, 0, 0, true]);
  });
});
