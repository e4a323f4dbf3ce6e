import { describe, expect, test } from 'vitest';
import {
  formatByteRate, formatBytes, formatCount, formatDuration, formatHex, formatLatency, formatMicroseconds, formatPercent, formatRate, formatShort,
} from '../../../pages/inspector/model/Formats.ts';

// The narrow space between number and unit does not break.
const plain = (text: string): string => text.replaceAll('\u202f', ' ');

describe('numbers', () => {
  test.each([[0, '0'], [7, '7'], [0.5, '0.50'], [9.996, '10.0'], [42.25, '42.3'], [99.96, '100'], [999, '999'], [999.6, '1.00k'], [1_234, '1.23k'],
    [12_345, '12.3k'], [999_600, '1.00M'], [4_000_000_000, '4.00G']])('%f is %s in short', (value, text) => {
    expect(formatShort(value)).toBe(text);
  });

  test('are grouped where they are whole', () => {
    expect(formatCount(1_234_567)).toBe('1,234,567');
  });

  test.each([[undefined, '–'], [0, '0'], [0.01, '<0.1'], [0.25, '0.25'], [1_500, '1.50k']])('the rate %s is %s', (value, text) => {
    expect(formatRate(value)).toBe(text);
  });
});

test.each([[0, '0 B'], [1_023, '1023 B'], [1_024, '1.00 KiB'], [15_900, '15.5 KiB'], [262_144, '256 KiB'], [1_048_575, '1.00 MiB'],
  [3 * 1_024 ** 4, '3.00 TiB'], [5_000 * 1_024 ** 4, '5000 TiB']])('%i bytes are %s', (value, text) => {
  expect(plain(formatBytes(value))).toBe(text);
});

test('an unknown rate of bytes is a dash', () => {
  expect(formatByteRate(undefined)).toBe('–');
  expect(plain(formatByteRate(2_048))).toBe('2.00 KiB');
});

test.each([[0, '0.0 µs'], [9.9, '9.9 µs'], [9.97, '10 µs'], [850, '850 µs'], [999.6, '1.00 ms'], [16_667, '16.7 ms'], [1_500_000, '1.50 s']])(
  '%f microseconds are %s', (value, text) => {
    expect(plain(formatMicroseconds(value))).toBe(text);
  });

test.each([[undefined, '–'], [0, '–'], [3, '3 ms'], [3.25, '3.3 ms'], [43.6, '44 ms'], [65_000, '1 m 5 s']])(
  'a latency of %s is %s', (value, text) => {
    expect(plain(formatLatency(value))).toBe(text);
  });

test.each([[-5, '0 s'], [999, '0 s'], [59_999, '59 s'], [725_000, '12 m 5 s'], [3_600_000, '1 h 0 m'], [100_000_000, '1 d 3 h'],
  [200_000_000_000, '2,314 d 19 h']])('%i ms are %s', (value, text) => {
  expect(plain(formatDuration(value))).toBe(text);
});

test.each([[1, 0, '–'], [0, 10, '0%'], [1, 1_000, '<1%'], [5, 20, '25%'], [30, 20, '150%']])('%i of %i is %s', (part, whole, text) => {
  expect(formatPercent(part, whole)).toBe(text);
});

test('bytes are two digits each', () => {
  expect(formatHex(Uint8Array.of(0, 10, 255))).toBe('00 0a ff');
});
