import { formatBytes, formatCount, formatHex } from '../model/Formats.ts';
import { describeFlags, describeSequence, type LoggedPacket } from '../model/LoggedPacket.ts';
import { make } from './Elements.ts';

/** What the header of the chosen packet says, field by field, and its bytes. */
export class LogDetail {
  constructor(private readonly place: HTMLElement) {
    this.clear();
  }

  clear(): void {
    this.place.replaceChildren(make('p', 'hint', 'Choose a packet to see its header.'));
  }

  show(packet: LoggedPacket): void {
    const list = make('dl');
    for (const [name, value, from, to] of fieldsOf(packet)) {
      const group = make('div');
      group.append(make('dt', '', name), make('dd', '', value));
      if (from !== undefined && to !== undefined) group.append(make('dd', 'bytes', formatHex(packet.header.subarray(from, to))));
      list.append(group);
    }

    const raw = make('code', 'raw', formatHex(packet.header));
    raw.dataset['testid'] = 'log-hex';
    const title = make('h3', '', packet.isOut ? 'Sent by the server' : 'Received by the server');
    this.place.replaceChildren(title, list, make('p', 'rawtitle', 'Header, 12 bytes'), raw);
  }
}

type Field = readonly [name: string, value: string, from?: number, to?: number];

function fieldsOf(packet: LoggedPacket): readonly Field[] {
  const peer: Field = packet.isOut && packet.peer === ''
    ? ['Receivers', formatCount(packet.receivers)]
    : [packet.isOut ? 'To' : 'From', packet.peer === '' ? 'nobody by name' : packet.peer];
  return [
    peer,
    ['Frame', formatCount(packet.frame)],
    ['Channel', `${packet.channelName} (${packet.channel})`, 0, 2],
    ['Type', `${packet.typeName} (0x${packet.type.toString(16).padStart(4, '0')})`, 2, 4],
    ['Priority', packet.lane, 4, 5],
    ['Flags', describeFlags(packet) || 'none', 5, 6],
    ['Sequence', describeSequence(packet) || 'none', 6, 8],
    ['Payload', `${formatCount(packet.payloadBytes)} B${packet.payloadBytes < 1_024 ? '' : `, ${formatBytes(packet.payloadBytes)}`}`, 8, 12],
  ];
}
