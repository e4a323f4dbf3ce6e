const thin = '\u202f';
const none = '–';

const grouped = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });

/** A count as it is: 12,345. */
export function formatCount(value: number): string {
  return grouped.format(value);
}

/** A count in at most five characters: 12.3k. */
export function formatShort(value: number): string {
  return withUnit(value, 1_000, ['', 'k', 'M', 'G', 'T'], '');
}

/** A rate a second; undefined, while it is not known, is a dash, and so is nothing at all. */
export function formatRate(value: number | undefined): string {
  if (value === undefined) return none;
  return value > 0 && value < 0.05 ? '<0.1' : formatShort(value);
}

/** Bytes in powers of 1,024: 12.3 KiB. */
export function formatBytes(value: number): string {
  return withUnit(value, 1_024, ['B', 'KiB', 'MiB', 'GiB', 'TiB'], thin);
}

/** Bytes a second, without the "a second". */
export function formatByteRate(value: number | undefined): string {
  return value === undefined ? none : formatBytes(value);
}

/** Microseconds: 850 µs, 1.25 ms. */
export function formatMicroseconds(value: number): string {
  if (value < 9.95) return `${value.toFixed(1)}${thin}µs`;
  if (value < 999.5) return `${value.toFixed(0)}${thin}µs`;
  return value < 999_500 ? `${significant(value / 1_000)}${thin}ms` : `${significant(value / 1_000_000)}${thin}s`;
}

/** Milliseconds of a round trip: 12 ms; none while it is not known. */
export function formatLatency(ms: number | undefined): string {
  if (ms === undefined || ms <= 0) return none;
  return ms < 9_995 ? `${ms.toFixed(ms < 10 && !Number.isInteger(ms) ? 1 : 0)}${thin}ms` : formatDuration(ms);
}

/** A duration by its two largest units: 3 d 4 h, 12 m 5 s, 7 s. */
export function formatDuration(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1_000));
  const [days, hours, minutes] = [Math.floor(seconds / 86_400), Math.floor(seconds / 3_600) % 24, Math.floor(seconds / 60) % 60];
  if (days > 0) return `${grouped.format(days)}${thin}d ${hours}${thin}h`;
  if (hours > 0) return `${hours}${thin}h ${minutes}${thin}m`;
  return minutes > 0 ? `${minutes}${thin}m ${seconds % 60}${thin}s` : `${seconds}${thin}s`;
}

/** A part of a whole in percent: 12%. */
export function formatPercent(part: number, whole: number): string {
  if (whole <= 0) return none;
  const percent = (100 * part) / whole;
  return percent > 0 && percent < 1 ? '<1%' : `${percent.toFixed(0)}%`;
}

/** Bytes as two hexadecimal digits each. */
export function formatHex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(' ');
}

function withUnit(value: number, step: number, units: readonly string[], space: string): string {
  let scaled = value;
  let unit = 0;
  // What would round up to four digits is one of the next unit.
  while (scaled >= step - 0.5 && unit < units.length - 1) {
    scaled /= step;
    unit++;
  }

  const digits = unit === 0 && (Number.isInteger(scaled) || scaled >= 99.95) ? scaled.toFixed(0) : significant(scaled);
  const name = units[unit] ?? '';
  return name === '' ? digits : `${digits}${space}${name}`;
}

// Three digits, or all of a larger whole number.
function significant(value: number): string {
  if (value >= 99.95) return value.toFixed(0);
  return value >= 9.995 ? value.toFixed(1) : value.toFixed(value === 0 ? 0 : 2);
}
