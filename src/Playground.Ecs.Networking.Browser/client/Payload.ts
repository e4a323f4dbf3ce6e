import { decode as decodeValue, encode as encodeValue } from '@msgpack/msgpack';
import { FieldReader, MalformedFields } from './protocol/FieldReader.ts';

const nestingMax = 64;

/** A value as MessagePack. @throws when it has something that MessagePack does not: a function, a symbol, a bigint. */
export function encode(value: unknown): Uint8Array {
  return encodeValue(value, { ignoreUndefined: true });
}

/**
 * The value of a payload that is one value of MessagePack, nested at most 64 deep, and nothing behind it; undefined when it is not. Integers
 * of 64 bits beyond 2^53 lose precision. The payload is walked before anything is allocated for what it announces.
 */
export function decode(payload: Uint8Array): unknown {
  try {
    const fields = new FieldReader(payload);
    fields.skipValues(1, nestingMax);
    return fields.isExhausted ? decodeValue(payload) : undefined;
  } catch (fault) {
    if (fault instanceof MalformedFields || isDecodeFault(fault)) return undefined;
    throw fault;
  }
}

// Text that is no UTF-8, and map keys that are neither text nor numbers.
function isDecodeFault(fault: unknown): boolean {
  return fault instanceof RangeError || fault instanceof TypeError || (fault instanceof Error && fault.name === 'DecodeError');
}
