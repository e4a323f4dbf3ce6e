import { readFileSync } from 'node:fs';

/** The golden bytes that all implementations share; the file says how to read it. */
export interface VectorFile {
  readonly packets: readonly PacketVector[];
  readonly batches: readonly BatchVector[];
  readonly fragmentation: readonly FragmentationVector[];
  readonly trains: readonly TrainVector[];
  readonly messages: readonly MessageVector[];
  readonly malformedMessages: readonly { readonly message: string; readonly name: string; readonly hex: string }[];
  readonly closeCodes: readonly { readonly code: number; readonly final: boolean; readonly endsSession: boolean }[];
  readonly names: readonly { readonly name: string; readonly utf8: string; readonly valid: boolean }[];
}

export interface HeaderVector {
  readonly channel: number;
  readonly type: number;
  readonly priority: number;
  readonly flags: number;
  readonly sequence?: number;
}

export interface PacketVector extends HeaderVector {
  readonly name: string;
  readonly payload: string;
  readonly hex: string;
}

export interface BatchVector {
  readonly name: string;
  readonly hex?: string;
  readonly parts?: readonly { readonly hex: string; readonly times: number }[];
  readonly status: string;
  readonly close: number;
  readonly packets: number;
}

export interface FragmentationVector extends HeaderVector {
  readonly name: string;
  readonly payloadLength: number;
  readonly fragments: readonly { readonly header: string; readonly offset: number; readonly length: number }[];
}

export interface TrainVector {
  readonly name: string;
  readonly maxPacketBytes: number;
  readonly steps: readonly {
    readonly header: string;
    readonly fill: number;
    readonly status: string;
    readonly complete?: readonly { readonly fill: number; readonly times: number }[];
  }[];
}

export interface MessageVector {
  readonly message: string;
  readonly type: number;
  readonly name: string;
  readonly hex: string;
  readonly canonical: boolean;
  readonly fields: Readonly<Record<string, string | number | boolean | null>>;
}

const path = new URL('../../../../tests/vectors/protocol.v1.json', import.meta.url);

export const vectors = JSON.parse(readFileSync(process.env['PLAYGROUND_VECTORS'] ?? path, 'utf8')) as VectorFile;

export function fromHex(hex: string): Uint8Array {
  return Uint8Array.from(Buffer.from(hex, 'hex'));
}

export function toHex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

export function bytesOf(vector: BatchVector): Uint8Array {
  return fromHex(vector.parts === undefined ? (vector.hex ?? '') : vector.parts.map((part) => part.hex.repeat(part.times)).join(''));
}
