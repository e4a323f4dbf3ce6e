import { ProtocolLimits } from './ProtocolLimits.ts';

// U+0000-001F and U+007F-009F.
const control = /[\u0000-\u001f\u007f-\u009f]/u;
const loneSurrogate = /\p{Surrogate}/u;

/** Whether a channel's, peer's or tool's name keeps the rule: 1 to 255 bytes of UTF-8 without control characters or lone surrogates. */
export function isValidName(name: string): boolean {
  if (name.length < ProtocolLimits.minNameBytes || name.length > ProtocolLimits.maxNameBytes) return false;
  if (control.test(name) || loneSurrogate.test(name)) return false;
  return new TextEncoder().encode(name).length <= ProtocolLimits.maxNameBytes;
}
