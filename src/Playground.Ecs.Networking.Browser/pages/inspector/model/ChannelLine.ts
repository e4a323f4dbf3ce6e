import type { ChannelRow, TypeRow } from '../wire/Rows.ts';
import { describeType, otherTypes } from './PacketNames.ts';
import { RateWindows, type RatesOf } from './Rates.ts';

const counted = ['packetsIn', 'packetsOut', 'bytesIn', 'bytesOut'] as const;
type Counted = (typeof counted)[number];

/** A channel, or below it one of its packet types, with rates a second; undefined where there is none, or not yet. */
export interface ChannelLine {
  readonly key: string;
  readonly name: string;
  readonly number: string;
  readonly sortNumber: number;
  readonly kind: 'system' | 'plugin' | 'peer' | 'type';
  readonly owner: string;
  readonly subscribers: number | undefined;
  readonly packetsInRate: number | undefined;
  readonly packetsOutRate: number | undefined;
  readonly bytesInRate: number | undefined;
  readonly bytesOutRate: number | undefined;
  readonly packets: number;
  readonly waiting: number | undefined;
  readonly dropped: number | undefined;
  readonly types: readonly ChannelLine[];
}

/** Joins the channels of each message, and the packet types in them, with their rates. */
export class ChannelRates {
  private readonly channels = new RateWindows(counted);
  private readonly types = new RateWindows(counted);

  lines(uptimeMs: number, rows: readonly ChannelRow[]): ChannelLine[] {
    const all = rows.flatMap((row) => row.types.map((type) => ({ channel: row.id, type })));
    const typeRates = this.types.round(uptimeMs, all, ({ channel, type }) => `${channel}/${type.type}`, ({ type }) => type);
    const rates = this.channels.round(uptimeMs, rows, (row) => `${row.id} ${row.name}`, (row) => row);
    let next = 0;
    return rows.map((row, index) => {
      const types = row.types.map((type) => typeLine(row, type, typeRates[next++]));
      return channelLine(row, rates[index], types);
    });
  }

  clear(): void {
    this.channels.clear();
    this.types.clear();
  }
}

function channelLine(row: ChannelRow, rates: RatesOf<Counted>, types: readonly ChannelLine[]): ChannelLine {
  const kind = row.isSystem ? 'system' : 'plugin';
  return {
    key: `${row.id}`,
    name: row.name,
    number: `${row.id}`,
    sortNumber: row.id,
    kind: row.owner === null ? kind : 'peer',
    owner: row.owner ?? 'server',
    subscribers: row.subscribers,
    ...ratesIn(rates),
    packets: row.packetsIn + row.packetsOut,
    waiting: row.waiting,
    dropped: row.inboxDropped,
    types: types.toSorted((a, b) => a.sortNumber - b.sortNumber),
  };
}

function typeLine(channel: ChannelRow, row: TypeRow, rates: RatesOf<Counted>): ChannelLine {
  return {
    key: `${row.type}`,
    name: describeType(channel.id, row.type, channel.name),
    number: row.type === otherTypes ? '' : `${row.type}`,
    sortNumber: row.type,
    kind: 'type',
    owner: '',
    subscribers: undefined,
    ...ratesIn(rates),
    packets: row.packetsIn + row.packetsOut,
    waiting: undefined,
    dropped: undefined,
    types: [],
  };
}

function ratesIn(rates: RatesOf<Counted>): Pick<ChannelLine, 'packetsInRate' | 'packetsOutRate' | 'bytesInRate' | 'bytesOutRate'> {
  return {
    packetsInRate: rates?.packetsIn,
    packetsOutRate: rates?.packetsOut,
    bytesInRate: rates?.bytesIn,
    bytesOutRate: rates?.bytesOut,
  };
}
