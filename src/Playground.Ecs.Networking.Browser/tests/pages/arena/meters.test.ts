import { describe, expect, test } from 'vitest';
import { formatMs, formatRate, IntervalMeter, RateMeter } from '../../../pages/arena/Meters.ts';
import { keyToScreen } from '../../../pages/arena/NumbersPanel.ts';

describe('intervals', () => {
  test('are unknown before the second picture', () => {
    const meter = new IntervalMeter();
    expect(meter.percentile(0.5)).toBeUndefined();
    meter.tick(100);
    expect(meter.percentile(0.5)).toBeUndefined();
  });

  test('have the percentiles of the last pictures alone', () => {
    const meter = new IntervalMeter(100);
    let now = 0;
    const tick = (ms: number): void => meter.tick((now += ms));
    for (let i = 0; i < 50; i++) tick(500);
    for (let i = 1; i <= 100; i++) tick(i);

    expect([0.5, 0.95, 1].map((part) => meter.percentile(part))).toEqual([50, 95, 100]);
  });

  test('do not count the time when nobody looked', () => {
    const meter = new IntervalMeter();
    for (const now of [0, 16, 32]) meter.tick(now);
    meter.pause();
    for (const now of [60_000, 60_016]) meter.tick(now);

    expect(meter.percentile(1)).toBe(16);
  });
});

describe('a rate', () => {
  test('is over the samples that are kept', () => {
    const meter = new RateMeter(3);
    expect(meter.perSecond).toBe(0);
    meter.sample(1_000, 0);
    expect(meter.perSecond).toBe(0);
    meter.sample(1_500, 250);
    expect(meter.perSecond).toBe(2_000);
    for (const [total, now] of [[1_500, 500], [1_600, 750], [1_700, 1_000]] as const) meter.sample(total, now);
    expect(meter.perSecond).toBe(400);
    meter.reset();
    expect(meter.perSecond).toBe(0);
  });
});

describe('the numbers', () => {
  test('are written short', () => {
    expect([0, 999.4, 97_640, 1_234_567].map(formatRate)).toEqual(['0 B/s', '999 B/s', '97.6 kB/s', '1.2 MB/s']);
    expect([undefined, Number.NaN, Infinity, 0.44, 99.94, 123.4].map(formatMs)).toEqual(['– ms', '– ms', '– ms', '0.4 ms', '99.9 ms', '123 ms']);
  });

  test('from key to screen is a sum, or unknown with any of its parts', () => {
    const stats = {
      bytesSent: 0, bytesReceived: 0, packetsSent: 0, packetsReceived: 0, packetsNotSent: 0, packetsUnheard: 0, links: 1, sessionsLost: 0,
    };
    const readings = { stats, roundTripMs: 20, delayMs: 35, jitterMs: 2, periodMs: 16, frames: 1, missed: 0 };

    expect(keyToScreen(readings, 10)).toBe(5 + 20 + 8 + 35);
    expect(keyToScreen({ ...readings, roundTripMs: undefined }, 10)).toBeUndefined();
    expect(keyToScreen(readings, undefined)).toBeUndefined();
  });
});
