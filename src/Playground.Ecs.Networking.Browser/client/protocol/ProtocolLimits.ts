/** The constants of protocol version 1 (PROTOCOL.md, sections 2 to 6), and the defaults of what is negotiable. Sizes in bytes. */
export const ProtocolLimits = {
  version: 1,
  subprotocol: 'playground.v1',
  maxMessageBytes: 65_536,
  maxPacketsPerMessage: 256,
  fragmentBytes: 16_384,
  defaultMaxPacketBytes: 262_144,
  reliableWindowPackets: 1_024,
  defaultReliableWindowBytes: 512 * 1_024,
  minNameBytes: 1,
  maxNameBytes: 255,
  reservedTypesFirst: 0xff00,
  maxNesting: 16,
} as const;
