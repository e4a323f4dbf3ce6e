import { ProtocolLimits } from './ProtocolLimits.ts';

/** What channel 0 knows (PROTOCOL.md, section 6). */
export const ControlType = {
  Hello: 1,
  Welcome: 2,
  Ping: 3,
  Pong: 4,
  Subscribe: 5,
  Unsubscribe: 6,
  RegisterChannel: 7,
  UnregisterChannel: 8,
  Reply: 9,
  QueryChannel: 10,
  ListChannels: 11,
  Ack: 12,
  Broadcast: 13,
  Error: 14,
  Goodbye: 15,
  RegisterMcpTool: 100,
  UnregisterMcpTool: 101,
} as const;

/** The packet types that mean the same on every channel but 0. */
export const ReservedType = {
  Request: 0xff00,
  Response: 0xff01,
  ToolCall: 0xff02,
  ToolResult: 0xff03,
  ToolProgress: 0xff04,
  ToolCancel: 0xff05,
  Relayed: 0xff06,
} as const;

const clientOnly: ReadonlySet<number> = new Set([
  ControlType.Hello,
  ControlType.Subscribe,
  ControlType.Unsubscribe,
  ControlType.RegisterChannel,
  ControlType.UnregisterChannel,
  ControlType.QueryChannel,
  ControlType.ListChannels,
  ControlType.RegisterMcpTool,
  ControlType.UnregisterMcpTool,
]);

const neverReliable: ReadonlySet<number> = new Set([
  ControlType.Hello,
  ControlType.Welcome,
  ControlType.Ping,
  ControlType.Pong,
  ControlType.Ack,
  ControlType.Goodbye,
]);

/** Whether the type is reserved on every channel but 0, known or not. */
export function isReserved(type: number): boolean {
  return type >= ProtocolLimits.reservedTypesFirst;
}

/** Whether only a client may send this control packet. */
export function isClientOnly(type: number): boolean {
  return clientOnly.has(type);
}

/** Whether the Reliable flag on this control packet is malformed (4501). */
export function isNeverReliable(type: number): boolean {
  return neverReliable.has(type);
}
