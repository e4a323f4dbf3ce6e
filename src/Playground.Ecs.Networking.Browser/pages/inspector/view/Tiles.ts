import { formatByteRate, formatBytes, formatCount, formatDuration, formatLatency, formatRate, formatShort } from '../model/Formats.ts';
import type { OverviewRates } from '../model/OverviewRates.ts';
import type { Overview } from '../wire/Rows.ts';
import { byTest, setMark, setText } from './Elements.ts';

/** The totals at a glance. */
export class Tiles {
  write({ totals, frameRate, frame, uptimeMs, framesBehind }: Overview, rates: OverviewRates, latencyMs: number | undefined, peers: number): void {
    const idle = [...(totals.away > 0 ? [`${formatCount(totals.away)} away`] : []), ...(totals.models > 0 ? [models(totals.models)] : [])];
    tile('connections', formatCount(totals.active), idle.length > 0 ? idle.join(', ') : `${formatShort(totals.accepted)} since the start`);
    tile('packets-in', perSecond(formatRate(rates?.packetsIn)), `${formatShort(totals.packetsIn)} in all`);
    tile('packets-out', perSecond(formatRate(rates?.packetsOut)), `${formatShort(totals.packetsOut)} in all`);
    tile('bytes-in', perSecond(formatByteRate(rates?.bytesIn)), `${formatBytes(totals.bytesIn)} in all`);
    tile('bytes-out', perSecond(formatByteRate(rates?.bytesOut)), `${formatBytes(totals.bytesOut)} in all`);
    const isSlow = framesBehind > 0;
    const frames = rates === undefined ? '–' : perSecond(rates.frame.toFixed(0));
    tile('frames', frames, isSlow ? 'some too slow' : `of ${frameRate} wanted`, isSlow ? 'warn' : '');
    tile('latency', formatLatency(latencyMs), `of ${formatCount(peers)} that say`);
    trouble('dropped', totals.dropped + totals.inboxDropped, (rates?.dropped ?? 0) + (rates?.inboxDropped ?? 0));
    trouble('refused', totals.refused, rates?.refused ?? 0);
    tile('uptime', formatDuration(uptimeMs), `frame ${formatCount(frame)}`);
  }
}

// What should not happen: coloured while it does.
function trouble(name: string, total: number, rate: number): void {
  tile(name, formatShort(total), rate > 0 ? `${formatRate(rate)}/s now` : 'none now', rate > 0 ? 'warn' : '');
}

function tile(name: string, value: string, sub: string, tone = ''): void {
  const element = byTest(`total-${name}`, HTMLElement);
  setText(element, value);
  setMark(element, 'tone', tone);
  if (element.nextElementSibling !== null) setText(element.nextElementSibling, sub);
}

function perSecond(rate: string): string {
  return rate === '–' ? rate : `${rate}/s`;
}

function models(count: number): string {
  return count === 1 ? '1 model' : `${formatCount(count)} models`;
}
