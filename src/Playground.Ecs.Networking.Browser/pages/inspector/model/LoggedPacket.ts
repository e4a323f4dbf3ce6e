import { hasMoreFragments, isReliable, readHeader, readPayloadBytes, viewOf } from '../../../client/protocol/PacketHeader.ts';
import type { PacketRow } from '../wire/Rows.ts';
import { describeType, laneNames } from './PacketNames.ts';

/** A packet of the log, its header decoded. */
export interface LoggedPacket {
  /** Its place among all that were ever logged. */
  readonly serial: number;
  readonly frame: number;
  readonly isOut: boolean;
  readonly peer: string;
  readonly receivers: number;
  readonly channel: number;
  readonly channelName: string;
  readonly type: number;
  readonly typeName: string;
  readonly lane: string;
  readonly isReliable: boolean;
  readonly hasMoreFragments: boolean;
  readonly sequence: number;
  readonly payloadBytes: number;
  readonly header: Uint8Array;
}

/** The flags for people. */
export function describeFlags({ isReliable: reliable, hasMoreFragments: more }: LoggedPacket): string {
  return [...(reliable ? ['Reliable'] : []), ...(more ? ['More'] : [])].join(', ');
}

/** The sequence for people: reliable packets alone have one, and on their way out not yet. */
export function describeSequence({ isReliable: reliable, isOut, sequence }: LoggedPacket): string {
  if (!reliable) return '';
  return isOut && sequence === 0 ? 'not yet' : `${sequence}`;
}

/** Decodes a row; the name is what its channel is called, as far as it is known. */
export function decodePacket(serial: number, row: PacketRow, nameOf: (channel: number) => string | undefined): LoggedPacket {
  const view = viewOf(row.header);
  const header = readHeader(view, 0);
  const name = header.channel === 0 ? 'control' : nameOf(header.channel);
  return {
    serial,
    frame: row.frame,
    isOut: row.isOut,
    peer: row.peer,
    receivers: row.receivers,
    channel: header.channel,
    channelName: name ?? `${header.channel}`,
    type: header.type,
    typeName: describeType(header.channel, header.type, name),
    lane: laneNames[header.priority] ?? `${header.priority}`,
    isReliable: isReliable(header),
    hasMoreFragments: hasMoreFragments(header),
    sequence: header.sequence,
    payloadBytes: readPayloadBytes(view, 0),
    header: row.header,
  };
}
