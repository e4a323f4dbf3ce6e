import type { ConnectionRow } from '../wire/Rows.ts';
import { RateWindows } from './Rates.ts';

const counted = ['packetsIn', 'packetsOut', 'bytesIn', 'bytesOut'] as const;

/** A connection with its rates a second; undefined while they are not known. */
export interface ConnectionLine extends ConnectionRow {
  readonly key: string;
  readonly packetsInRate: number | undefined;
  readonly packetsOutRate: number | undefined;
  readonly bytesInRate: number | undefined;
  readonly bytesOutRate: number | undefined;
}

/** Joins the connections of each message with their rates. */
export class ConnectionRates {
  private readonly windows = new RateWindows(counted);

  lines(uptimeMs: number, rows: readonly ConnectionRow[]): ConnectionLine[] {
    const rates = this.windows.round(uptimeMs, rows, keyOf, (row) => row);
    return rows.map((row, index) => {
      const rate = rates[index];
      return {
        ...row,
        key: keyOf(row),
        packetsInRate: rate?.packetsIn,
        packetsOutRate: rate?.packetsOut,
        bytesInRate: rate?.bytesIn,
        bytesOutRate: rate?.bytesOut,
      };
    });
  }

  clear(): void {
    this.windows.clear();
  }
}

/** The mean round trip of those that have one, in ms. */
export function meanLatency(rows: readonly ConnectionRow[]): number | undefined {
  const known = rows.filter(({ latencyMs }) => latencyMs > 0);
  return known.length === 0 ? undefined : known.reduce((sum, { latencyMs }) => sum + latencyMs, 0) / known.length;
}

// Entities are used again, and a peer may come back as another one; before it is served it has neither, but an address.
function keyOf(row: ConnectionRow): string {
  return row.entity === 0 ? `at ${row.address}` : `${row.entity} ${row.peerId}`;
}
