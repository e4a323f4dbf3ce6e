import { ControlType, ReservedType } from '../../../client/protocol/PacketTypes.ts';
import { InspectorType } from '../wire/Messages.ts';

const control = namesOf(ControlType);
const reserved = namesOf(ReservedType);
const inspector = namesOf(InspectorType);

/** The type that stands for the rest of a channel's types. */
export const otherTypes = 0xffff;

/** The names of the lanes by priority. */
export const laneNames = ['Critical', 'High', 'Normal', 'Low'] as const;

/** What a packet type is called (PROTOCOL.md, section 6); undefined where the channel alone knows. */
export function packetTypeName(channel: number, type: number, channelName?: string): string | undefined {
  if (channel === 0) return control.get(type);
  return reserved.get(type) ?? (channelName === 'inspector' ? inspector.get(type) : undefined);
}

/** A packet type for people: its name, or its number. */
export function describeType(channel: number, type: number, channelName?: string): string {
  if (type === otherTypes) return 'all others';
  return packetTypeName(channel, type, channelName) ?? `type ${type}`;
}

function namesOf(types: Readonly<Record<string, number>>): ReadonlyMap<number, string> {
  return new Map(Object.entries(types).map(([name, type]) => [type, name]));
}
