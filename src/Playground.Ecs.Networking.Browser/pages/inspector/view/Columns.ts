import type { ChannelLine } from '../model/ChannelLine.ts';
import type { ConnectionLine } from '../model/ConnectionLine.ts';
import { stateName } from '../model/ConnectionState.ts';
import { formatByteRate, formatBytes, formatCount, formatDuration, formatLatency, formatRate, formatShort } from '../model/Formats.ts';
import type { Column } from './Table.ts';

/** What the table of connections shows. */
export const connectionColumns: readonly Column<ConnectionLine>[] = [
  { id: 'peer', title: 'Peer', width: '7.5rem', text: (row) => row.peerId || '(no name yet)', value: (row) => row.peerId },
  { id: 'client', title: 'Client', width: '6.5rem', text: (row) => row.clientName, value: (row) => row.clientName },
  {
    id: 'state', title: 'State', width: '7.5rem', text: (row) => stateName(row.state).name, value: (row) => stateName(row.state).name,
    chip: (row) => stateName(row.state).tone,
  },
  number('latency', 'Latency', '5rem', (row) => row.latencyMs || undefined, formatLatency, 'Smoothed round trip'),
  number('packetsIn', 'In/s', '4rem', (row) => row.packetsInRate, formatRate, 'Packets received from it a second'),
  number('packetsOut', 'Out/s', '4rem', (row) => row.packetsOutRate, formatRate, 'Packets sent to it a second'),
  number('bytesIn', 'B in/s', '5rem', (row) => row.bytesInRate, formatByteRate, 'Bytes received a second'),
  number('bytesOut', 'B out/s', '5rem', (row) => row.bytesOutRate, formatByteRate, 'Bytes sent a second'),
  number('queue', 'Queue', '5.25rem', (row) => row.queueBytes, formatBytes, 'Bytes that wait to be sent to it'),
  number('dropped', 'Dropped', '5.25rem', (row) => row.dropped, formatShort, 'Packets to it that were dropped'),
  number('subscriptions', 'Subs', '3.75rem', (row) => row.subscriptions, formatCount, 'Channels that it subscribed to'),
  number('age', 'Age', '5rem', (row) => row.ageMs, formatDuration, 'Since its session began'),
  number('idle', 'Idle', '4rem', (row) => row.idleMs, formatDuration, 'Since it was heard of'),
  { id: 'address', title: 'Address', width: '7.5rem', text: (row) => row.address, value: (row) => row.address },
];

/** What the table of channels shows; packet types stand in the same columns. */
export const channelColumns: readonly Column<ChannelLine>[] = [
  { id: 'name', title: 'Channel', width: '11.5rem', text: (row) => row.name, value: (row) => row.name },
  { id: 'id', title: 'Number', width: '5rem', isNumeric: true, text: (row) => row.number, value: (row) => row.sortNumber },
  {
    id: 'kind', title: 'Kind', width: '6rem', text: (row) => row.kind, value: (row) => row.kind,
    chip: (row) => ({ system: 'muted', plugin: 'accent', peer: 'good', type: 'none' })[row.kind],
  },
  { id: 'owner', title: 'Owner', width: '7rem', text: (row) => row.owner, value: (row) => row.owner },
  number('subscribers', 'Subscribers', '6.5rem', (row) => row.subscribers, formatCount),
  number('packetsIn', 'In/s', '4.5rem', (row) => row.packetsInRate, formatRate, 'Packets received on it a second'),
  number('packetsOut', 'Out/s', '4.5rem', (row) => row.packetsOutRate, formatRate, 'Deliveries a second: a packet to ten subscribers counts ten'),
  number('bytesIn', 'B in/s', '5.5rem', (row) => row.bytesInRate, formatByteRate, 'Bytes received a second'),
  number('bytesOut', 'B out/s', '6rem', (row) => row.bytesOutRate, formatByteRate, 'Bytes sent a second'),
  number('packets', 'Packets', '5.5rem', (row) => row.packets, formatShort, 'Packets both ways: of channels in all, of types since one watches'),
  number('waiting', 'Waiting', '5rem', (row) => row.waiting, formatCount, 'Packets in its inbox'),
  number('dropped', 'Dropped', '5.25rem', (row) => row.dropped, formatShort, 'Packets that its inbox had no room for'),
];

function number<Row>(
  id: string, title: string, width: string, value: (row: Row) => number | undefined, format: (value: number) => string, hint?: string,
): Column<Row> {
  const text = (row: Row): string => {
    const found = value(row);
    return found === undefined ? '' : format(found);
  };
  return { id, title, width, isNumeric: true, text, value, ...(hint === undefined ? {} : { hint }) };
}
